import type {
  ConnectorDefinition,
  FunctionName,
} from '../../custom-connector/custom-connector.types.js';
import { FUNCTION_NAMES } from '../../custom-connector/custom-connector.types.js';
import type { FailedCheck } from './generate.types.js';

const MOST_CONTEXT = 60_000;
const MOST_EVIDENCE = 8_000;

const TASKS: Record<FunctionName, string> = {
  listTables: 'It lists every table that the connector is to offer.',
  fetchSchema: 'It lists the columns of the table tableId, by the names of the fields in records.',
  pollRecords: 'It gives all records of the table tableId, across all pages.',
  getRecord: 'It gives the one record, in the same form as pollRecords, or null for a 404.',
  createRecord: 'It makes one record of recordData and gives the id that the API gave it.',
  updateRecord: 'It changes the fields in recordData of the one record, and no others.',
  deleteRecord: 'It deletes the one record.',
};

/** What the model is asked at first: which function, for what, and what is known already. */
export function taskPrompt(
  functionName: FunctionName,
  prompt: string,
  definition: ConnectorDefinition | null,
): string {
  const known = definition ? contextOf(functionName, definition) : {};
  return [
    `Write the function ${functionName}. ${TASKS[functionName]}`,
    `What the person who makes the connector says:\n\n${prompt}`,
    ...(Object.keys(known).length > 0
      ? [`What the connector has already:\n\n${dataBlock(known, MOST_CONTEXT)}`]
      : []),
  ].join('\n\n');
}

/** What the model is told when its code failed a check: which, why, and what was seen. */
export function evidencePrompt(functionName: FunctionName, check: FailedCheck): string {
  const { name, detail, line, column, seen } = check;
  const evidence = {
    check: name,
    ...{ detail, line, column },
    ...(seen === undefined ? {} : { seen }),
  };
  return [
    `Your answer failed a check: ${DEMANDS[name]}`,
    dataBlock(evidence, MOST_EVIDENCE),
    `Answer with the whole of ${functionName} again, in one code block of plain JavaScript.`,
  ].join('\n\n');
}

const DEMANDS: Record<FailedCheck['name'], string> = {
  answer: 'an answer holds one code block, with the whole function in it.',
  source: 'the code is plain JavaScript and defines exactly the function asked for.',
  contract: 'run in the sandbox, the function gives what its contract says.',
  complete: 'the function reads every record of the table.',
};

function contextOf(functionName: FunctionName, definition: ConnectorDefinition): object {
  const { allowedHosts, tables, schema, mapping, tableMappings } = definition;
  const others = FUNCTION_NAMES.filter((name) => name !== functionName);
  const facts = { tables, schema, mapping, tableMappings };
  const sources = others.map((name) => [name, definition[name]] as const);
  const known = [...Object.entries(facts), ...sources].filter(([, value]) => value !== null);
  return Object.fromEntries([
    ...(allowedHosts.length > 0 ? [['allowedHosts', allowedHosts]] : []),
    ...known,
  ]) as object;
}

/** As JSON, in which no text can end the block: `<` is escaped. */
function dataBlock(data: object, most: number): string {
  const json = JSON.stringify(data, null, 1).replaceAll('<', '\\u003c');
  const cut = json.length > most ? `${json.slice(0, most)}… (cut)` : json;
  return `<data>\n${cut}\n</data>`;
}
