/** A second of 425 Hz in every five (ITU-T E.180), until it is stopped. */
export function ringTone(context: AudioContext): { stop(): void } {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = 425;
  volume.gain.value = 0;
  oscillator.connect(volume).connect(context.destination);
  oscillator.start();
  const ring = (): void => {
    const { currentTime } = context;
    volume.gain.setValueAtTime(0.2, currentTime);
    volume.gain.setValueAtTime(0, currentTime + 1);
  };
  ring();
  const timer = setInterval(ring, 5000);
  return {
    stop() {
      clearInterval(timer);
      oscillator.stop();
    },
  };
}
