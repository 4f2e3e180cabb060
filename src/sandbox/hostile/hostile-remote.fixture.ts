import { jsonResponse } from '../pool/pool-fixture.js';
import type { RunFetch } from '../sandbox.types.js';

class RefusedError extends Error {
  readonly code = 'remote.refused';
}

const big = jsonResponse('', ['x'.repeat(5_000_000)]).body;
const deep = Buffer.from('['.repeat(20_000) + ']'.repeat(20_000));

/**
 * The remotes that hostile programs speak to, told apart by the names of their hosts: one refuses,
 * one never answers, one sends 5 MB, one nests 20,000 brackets, and all others send `{"a":1}`.
 */
export const hostileRemote: RunFetch = (request, signal) => {
  const answer = jsonResponse(request.url, { a: 1 });
  switch (new URL(request.url).hostname) {
    case 'refused.example':
      return Promise.reject(new RefusedError('Not that host.'));
    case 'never.example':
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    case 'big.example':
      return Promise.resolve({ ...answer, body: big });
    case 'deep.example':
      return Promise.resolve({ ...answer, body: deep });
    default:
      return Promise.resolve(answer);
  }
};
