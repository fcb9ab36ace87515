// `node edge/src/answer/learn-announcement.ts RECORDING.wav 'its words' > /path/to/announcements/NAME.json`
import { readFile } from 'node:fs/promises';
import { lastWords } from '@branchline/shared/node';
import { announcementFile } from './announcements.ts';

const [file, says] = process.argv.slice(2);
if (file === undefined || says === undefined) {
  console.error(
    "usage: learn-announcement.ts RECORDING.wav 'its words'; writes what makes an edge recognise it",
  );
  process.exit(2);
}
try {
  process.stdout.write(announcementFile(await readFile(file), says));
} catch (error) {
  console.error(lastWords(error));
  process.exit(1);
}
