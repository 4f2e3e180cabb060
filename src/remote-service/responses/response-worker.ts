import type { CheckAnswer, CheckTask } from './response-checks.types.js';
import { ResponseSchema } from './response-schema.js';

let schema: ResponseSchema | undefined;

/** The program of the process that holds responses against users' schemas. */
process.on('message', (task: CheckTask) => {
  process.send?.(answer(task));
});
process.on('disconnect', () => process.exit());

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
process.send?.({ ready: true } satisfies CheckAnswer);
