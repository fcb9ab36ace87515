export * from './alsa-pcm.ts';
export * from './g711.ts';
export * from './jitter-buffer.ts';
export * from './pcm-port.ts';
export * from './rtp.ts';
export * from './sound-bridge.ts';
export * from './sound-path.ts';
