import { BranchlineError, makeRecording, type MonoSound, type Recording } from '@branchline/shared';

/**
 * Makes a recording of whatever this browser can play: WAV, MP3, AAC, and what its own microphone gives.
 * @throws BranchlineError `BL_PROMPT_FORMAT`, `BL_PROMPT_LENGTH`, `BL_PROMPT_SILENT`
 */
export async function readSound(file: Blob): Promise<Recording> {
  const context = new AudioContext();
  try {
    const decoded = await context.decodeAudioData(await file.arrayBuffer()).catch(() => {
      throw new BranchlineError('BL_PROMPT_FORMAT', { problem: 'this browser cannot play it' });
    });
    return await makeRecording(mono(decoded));
  } finally {
    await context.close();
  }
}

function mono(sound: AudioBuffer): MonoSound {
  const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i));
  const samples = Float32Array.from(
    { length: sound.length },
    (_, i) => channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length,
  );
  return { rate: sound.sampleRate, samples };
}
