import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '../../hardware/src/emulator/main.ts');

/** `npm run emulate` as a child process; ends with its parent. */
export interface Emulation {
  readonly child: ChildProcess;
  /** Where a device is to be found now, e.g. `/dev/pts/3`; changes when it is plugged in again. */
  place(id: string): string;
  /** Says a line to the control channel; gives the answer without its `ok`. @throws Error with an `error` answer */
  tell(line: string): Promise<string>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

/** @param args as on the command line, e.g. `modem --count 2 --speed 20` */
export async function startEmulation(args: string): Promise<Emulation> {
  const child = fork(program, args.split(' '), { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let complaint = '';
  child.stderr!.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  const places = new Map<string, string>();
  const answers: ((line: string) => void)[] = [];
  await new Promise<void>((resolve, reject) => {
    void exit.then((code) => reject(new Error(`the emulator ended with ${code}: ${complaint}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [word = '', id = '', place] = line.split(' ');
      if (line === 'ready') resolve();
      else if (word === 'ok' || word === 'error') answers.shift()?.(line);
      else if (place !== undefined) places.set(id, place);
    });
  });
  return {
    child,
    place: (id) => places.get(id) ?? '',
    async tell(line) {
      const answer = new Promise<string>((resolve) => answers.push(resolve));
      child.stdin!.write(`${line}\n`);
      const text = await answer;
      if (!text.startsWith('ok')) throw new Error(text);
      return text.slice(3);
    },
    stop() {
      child.kill('SIGTERM');
      return exit;
    },
  };
}
