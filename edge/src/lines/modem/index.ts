export { ModemLines, type ModemLinesOptions } from './modem-lines.ts';
