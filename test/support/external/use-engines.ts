// Setup file of the project `external`: tells the tests of a worker which PostgreSQL its run is about.
import { inject } from 'vitest';
import { externalDatabase } from './engines.ts';

externalDatabase.url = inject('externalDatabase');
