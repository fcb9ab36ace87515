/** What the agent has chosen to speak and to hear with; empty: the browser's choice. */
export interface AudioChoice {
  readonly microphone: string;
  readonly speaker: string;
}

export interface AudioDevice {
  readonly id: string;
  readonly label: string;
}

export interface AudioDevices {
  readonly microphones: readonly AudioDevice[];
  /** Empty where the browser cannot choose. */
  readonly speakers: readonly AudioDevice[];
}

const key = 'branchline-desk-audio';

export function rememberedChoice(): AudioChoice {
  const [microphone = '', speaker = ''] = (localStorage.getItem(key) ?? '').split('\n');
  return { microphone, speaker };
}

export function rememberChoice({ microphone, speaker }: AudioChoice): void {
  localStorage.setItem(key, `${microphone}\n${speaker}`);
}

/** The devices of this machine; they have names once the microphone was allowed. */
export async function audioDevices(): Promise<AudioDevices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): AudioDevice[] =>
    all
      .filter((each) => each.kind === kind && each.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label: label || deviceId.slice(0, 8) }));
  return {
    microphones: of('audioinput'),
    speakers: 'setSinkId' in HTMLAudioElement.prototype ? of('audiooutput') : [],
  };
}

/** Opens a microphone, the chosen one if it is there. */
export async function openMicrophone(chosen: string): Promise<MediaStream | 'refused' | 'missing'> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(chosen && { deviceId: { ideal: chosen } }),
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    return name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'missing';
  }
}

/** How loud a stream is, 0–1 over 60 dB; what it costs is freed by `close`. */
export function levelOf(context: AudioContext, stream: MediaStream): { level(): number; close(): void } {
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      return loudness(samples);
    },
    close: () => source.disconnect(),
  };
}

/** RMS of samples of −1…1 as 0–1: −60 dB and below is 0, full scale is 1. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const decibels = 10 * Math.log10(Math.max(power, 1e-12));
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}
