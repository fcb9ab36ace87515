export * from './datagram-port.ts';
export * from './memory-port.ts';
export * from './port.ts';
export * from './serial-port.ts';
export * from './serial-slots.ts';
export * from './tcp-port.ts';
export * from './udp-port.ts';
