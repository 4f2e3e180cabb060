import MarkdownIt from 'markdown-it';
import type { SourceFault } from '../../sandbox/source/prepare-source.js';
import { checkLoneFunction } from '../../sandbox/source/read-sources.js';
import {
  FUNCTION_NAMES,
  type FunctionName,
} from '../../custom-connector/custom-connector.types.js';

/** A model's answer, taken apart: its code, or why it is none; and what is wrong with the code. */
export type ReadAnswer =
  { kind: 'none'; detail: string } | { kind: 'code'; code: string; faults: SourceFault[] };

/** Of an answer: a long function has a tenth of it, and ten times as much would hold up everybody else. */
const MOST_BYTES = 64 * 1024;

// Only what divides a text into code blocks and the rest: all of it takes linear time.
const markdown = new MarkdownIt('zero').enable(['fence']);

/**
 * Takes the one function out of what a model answered: the answer itself where it is source, else
 * its one code block (CommonMark). Never runs anything.
 */
export async function readAnswer(text: string, functionName: FunctionName): Promise<ReadAnswer> {
  if (Buffer.byteLength(text) > MOST_BYTES) {
    return { kind: 'none', detail: `The answer is longer than ${MOST_BYTES / 1024} KiB.` };
  }
  const whole = text.trim();
  // Source may hold what looks like a code block: in a template literal.
  const faults = await faultsOf(whole, functionName);
  if (faults.length === 0) return { kind: 'code', code: whole, faults };
  const blocks = codeBlocks(text);
  if (blocks.length > 1) {
    const detail = `The answer has ${blocks.length} code blocks; it must have exactly one, with the whole function.`;
    return { kind: 'none', detail };
  }
  const code = blocks[0]?.trim();
  if (code === undefined) return { kind: 'code', code: whole, faults };
  return { kind: 'code', code, faults: await faultsOf(code, functionName) };
}

function faultsOf(code: string, functionName: FunctionName): Promise<SourceFault[]> {
  const others = FUNCTION_NAMES.filter((name) => name !== functionName);
  return checkLoneFunction(code, functionName, others);
}

function codeBlocks(text: string): string[] {
  return markdown
    .parse(text, {})
    .filter(({ type }) => type === 'fence')
    .map(({ content }) => content);
}
