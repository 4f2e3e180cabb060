import { parentPort } from 'node:worker_threads';
import { literalOrigins } from './literal-origins.js';
import { checkLoneFunction, checkSource } from './prepare-source.js';
import type { SourceTask } from './read-sources.js';

/** The program of the thread that parses connector source for the service. */
parentPort?.on('message', (task: SourceTask) => {
  parentPort?.postMessage(answer(task));
});

function answer({ source, functionName, others }: SourceTask) {
  if (functionName === undefined) return literalOrigins(source);
  if (others === undefined) return checkSource(source, functionName);
  return checkLoneFunction(source, functionName, others);
}
