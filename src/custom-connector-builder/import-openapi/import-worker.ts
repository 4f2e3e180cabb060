import { importDocument } from './import-document.js';
import type { ImportTask } from './import.types.js';

/** The program of the process that imports documents for the service. */
process.on('message', (task: ImportTask) => {
  process.send?.(importDocument(task));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
