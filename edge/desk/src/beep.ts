const times = 3;
const everyS = 0.3;

/** Three short beeps, where the browser lets the page be heard. */
export function beep(): void {
  const audio = new AudioContext();
  for (let i = 0; i < times; i++) {
    const tone = audio.createOscillator();
    tone.frequency.value = 880;
    tone.connect(audio.destination);
    tone.start(audio.currentTime + i * everyS);
    tone.stop(audio.currentTime + (i + 0.5) * everyS);
    if (i === times - 1) tone.addEventListener('ended', () => void audio.close());
  }
}
