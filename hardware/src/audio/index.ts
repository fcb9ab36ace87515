export * from './bridge-protocol.ts';
export * from './jitter-buffer.ts';
export * from './pcm-port.ts';
export * from './sound-path.ts';
