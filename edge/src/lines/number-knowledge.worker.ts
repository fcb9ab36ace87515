import { parentPort } from 'node:worker_threads';
import { readPhoneNumber } from '@branchline/shared';
import { operatorAndPlace } from '@branchline/shared/node';

/** What is known of a number; empty texts where nothing is. */
export interface NumberAnswer {
  readonly number: string;
  readonly operator: string;
  readonly place: string;
}

async function lookUp(number: string): Promise<NumberAnswer> {
  try {
    // Numbers here are in E.164 form: the region for those without a country code does not matter.
    return { number, ...(await operatorAndPlace(readPhoneNumber(number, 'CN'))) };
  } catch {
    // Not a number of any plan: nothing is known of it.
    return { number, operator: '', place: '' };
  }
}

parentPort!.on('message', ({ id, numbers }: { id: number; numbers: readonly string[] }) => {
  void Promise.all(numbers.map(lookUp)).then((answers) => parentPort!.postMessage({ id, answers }));
});
