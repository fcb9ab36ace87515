export * from './assembly.ts';
export { pack, septets, textOfSeptets, unpack } from './gsm7.ts';
export { hexOfOctets, octetsOfHex } from './octets.ts';
export * from './pdu.ts';
export type { MessageTime } from './timestamp.ts';
export type { Alphabet, Part } from './user-data.ts';
