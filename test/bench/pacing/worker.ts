// Works through cases in a thread of its own.
import { parentPort } from 'node:worker_threads';
import { runCase, type Case } from './case.ts';

parentPort!.on('message', (wanted: Case) => parentPort!.postMessage(runCase(wanted)));
