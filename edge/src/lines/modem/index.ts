export { modemReport, ModemLines, type ModemLinesOptions } from './modem-lines.ts';
