import { importDocument } from './import-document.js';
import type { WorkerAnswer, WorkerTask } from './import.types.js';
import { readRequest } from './read-request.js';

/** The program of the process that imports documents for the service. */
process.on('message', (task: WorkerTask) => {
  process.send?.(answer(task));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

function answer(task: WorkerTask): WorkerAnswer {
  if ('fetched' in task) {
    const { fetched, ...asked } = task;
    return importDocument({ ...asked, document: new TextDecoder().decode(fetched) });
  }
  const read = readRequest(task.body);
  if (!('request' in read)) return read;
  const { document, ...asked } = read.request;
  const { url } = asked;
  return url === undefined ? importDocument({ document, ...asked }) : { fetch: { ...asked, url } };
}
