// Where TEST_RETRIES is set, a test that fails is tried so often again, and its failure is printed all the
// same: on machines that others use as well, what waits for a process may wait too long once.
import { jest } from '@jest/globals';
import process from 'node:process';

const retries = Number(process.env.TEST_RETRIES ?? 0);
if (retries > 0) jest.retryTimes(retries, { logErrorsBeforeRetry: true });
