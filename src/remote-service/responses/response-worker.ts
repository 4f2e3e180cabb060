import { parentPort } from 'node:worker_threads';
import type { CheckAnswer, CheckTask } from './response-checks.types.js';
import { ResponseSchema } from './response-schema.js';

let schema: ResponseSchema | undefined;

/** The program of the thread that holds responses against users' schemas. */
parentPort?.on('message', (task: CheckTask) => {
  parentPort?.postMessage(answer(task));
});

function answer(task: CheckTask): CheckAnswer {
  if ('expected' in task) {
    const read = ResponseSchema.read(task.expected);
    schema = read instanceof ResponseSchema ? read : undefined;
    return read instanceof ResponseSchema ? { ready: true } : read;
  }
  return schema?.check(task.body) ?? { gaveUp: 'There is no schema.' };
}

// Getting here takes longer than most of the work, and is not to be counted as such.
ResponseSchema.read({});
parentPort?.postMessage({ ready: true } satisfies CheckAnswer);
