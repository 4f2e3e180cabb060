import { parse, type AnyNode, type Program } from 'acorn';

/** Something that keeps a source from being run. Line and column count from 1. */
export interface SourceFault {
  detail: string;
  line: number;
  column: number;
}

/**
 * The parser looks a name up in a list, so some sources take it minutes: past this a run gives up. Of
 * CPU time, for on a busy machine an ordinary source takes its while as well.
 */
const PARSE_CPU_MS = 500;
const TOKENS_BETWEEN_LOOKS = 256;

class SlowSourceError extends Error {}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Parses connector source; throws where that fails. Takes as long as it takes, unless given a limit
 * of CPU time. `export` may stand in a script here: it is blanked out before the engine sees it.
 */
export function parseSource(source: string, mostCpuMs = Infinity): Program {
  const deadline = cpuMs() + mostCpuMs;
  let tokens = 0;
  return parse(source, {
    ecmaVersion: 2024,
    sourceType: 'script',
    locations: true,
    allowHashBang: true,
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: true,
    onToken: () => {
      tokens += 1;
      if (tokens % TOKENS_BETWEEN_LOOKS === 0 && cpuMs() > deadline) {
        throw new SlowSourceError();
      }
    },
  });
}

/**
 * Every fault of a source that must define, at its top level, a function of the given name. Never
 * throws, whatever the source is; an empty list means that the source can be run.
 */
export function checkSource(source: string, functionName: string): SourceFault[] {
  let program: Program;
  try {
    program = parseSource(source);
  } catch (error) {
    return [parseFault(error)];
  }
  const faults = forbidden(program);
  if (!definitions(program).includes(functionName)) {
    faults.push({
      detail: `It does not define a function named ${functionName} at its top level.`,
      line: 1,
      column: 1,
    });
  }
  return faults;
}

/**
 * The same for a source that is to define that function alone: each top-level statement must define
 * something, the function once, and none of the `others`.
 */
export function checkLoneFunction(
  source: string,
  functionName: string,
  others: readonly string[],
): SourceFault[] {
  const faults = checkSource(source, functionName);
  if (faults.length > 0) return faults;
  const program = parseSource(source);
  const count = definitions(program).filter((name) => name === functionName).length;
  if (count > 1) {
    faults.push(...at(program, `It defines ${functionName} ${count} times.`));
  }
  for (const node of program.body) {
    const named = definitions({ ...program, body: [node] });
    const other = named.find((name) => others.includes(name));
    if (other) faults.push(...at(node, `It must define ${functionName} alone, and not ${other}.`));
    if (!isDefinition(node)) {
      faults.push(...at(node, 'At the top level there may be definitions only.'));
    }
  }
  return faults;
}

function at({ loc }: AnyNode, detail: string): SourceFault[] {
  return loc ? [{ detail, line: loc.start.line, column: loc.start.column + 1 }] : [];
}

const DEFINITION = /^(Function|Class|Variable|ExportNamed|ExportDefault)Declaration$/;

function isDefinition(node: AnyNode): boolean {
  if (node.type === 'ExpressionStatement') return node.directive !== undefined;
  return node.type === 'EmptyStatement' || DEFINITION.test(node.type);
}

/**
 * The source as a script: `export` is replaced by blanks, so that every line and column stays what
 * it was. A source that does not parse comes back as it is, for the engine to name the fault.
 */
export function prepareSource(source: string): string {
  if (!source.includes('export')) return source;
  let program: Program;
  try {
    program = parseSource(source, PARSE_CPU_MS);
  } catch {
    return source;
  }
  let script = '';
  let done = 0;
  for (const node of program.body) {
    const edit = exportEdit(node);
    if (!edit) continue;
    const blanks = source.slice(node.start, edit.end).replace(/[^\n\r\u2028\u2029]/g, ' ');
    script += source.slice(done, node.start) + edit.text + blanks.slice(edit.text.length);
    done = edit.end;
  }
  return script + source.slice(done);
}

/** What is written over the source from the start of an export statement to `end`. */
function exportEdit(node: AnyNode): { text: string; end: number } | undefined {
  if (node.type === 'ExportNamedDeclaration') {
    if (node.declaration) return { text: '', end: node.declaration.start };
    // The statement before it may lean on this one for its own end.
    return { text: ';', end: node.end };
  }
  if (node.type === 'ExportDefaultDeclaration') {
    const value = node.declaration;
    const named =
      (value.type === 'FunctionDeclaration' || value.type === 'ClassDeclaration') &&
      value.id !== null;
    return { text: named ? '' : 'void', end: value.start };
  }
  return undefined;
}

function parseFault(error: unknown): SourceFault {
  if (error instanceof SyntaxError && 'loc' in error) {
    const { line, column } = error.loc as { line: number; column: number };
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    const detail = message.startsWith('Not enough stack space')
      ? 'It is nested too deeply.'
      : `It is not valid JavaScript: ${message}.`;
    return { detail, line, column: column + 1 };
  }
  return { detail: 'It is nested too deeply.', line: 1, column: 1 };
}

/** The names of the functions at the top level, as often as they are defined. */
function definitions(program: Program): string[] {
  const names: string[] = [];
  for (const statement of program.body) {
    const node =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement;
    if (node?.type === 'FunctionDeclaration' && node.id) names.push(node.id.name);
    if (node?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of node.declarations) {
      const bound = init?.type === 'FunctionExpression' || init?.type === 'ArrowFunctionExpression';
      if (bound && id.type === 'Identifier') names.push(id.name);
    }
  }
  return names;
}

const IMPORTS = 'There are no modules to import: what connector code needs must stand in it.';

/** Walks with a stack of its own: a deep tree that the parser took must not overflow here. */
function forbidden(program: Program): SourceFault[] {
  const faults: SourceFault[] = [];
  const topLevel = new Set<AnyNode>(program.body);
  const open: { node: AnyNode; inFunction: boolean }[] = [{ node: program, inFunction: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node } = next;
    const detail = whyForbidden(node, next.inFunction, topLevel.has(node));
    if (detail && node.loc) {
      faults.push({ detail, line: node.loc.start.line, column: node.loc.start.column + 1 });
    }
    const inFunction = next.inFunction || /Function|PropertyDefinition|StaticBlock/.test(node.type);
    for (const child of childNodes(node)) open.push({ node: child, inFunction });
  }
  return faults.sort((a, b) => a.line - b.line || a.column - b.column);
}

function whyForbidden(node: AnyNode, inFunction: boolean, atTop: boolean): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ImportExpression':
    case 'ExportAllDeclaration':
      return IMPORTS;
    case 'MetaProperty':
      return node.meta.name === 'import' ? 'import.meta is not available.' : undefined;
    case 'ExportNamedDeclaration':
      if (node.source) return IMPORTS;
      return atTop ? undefined : 'export can only stand at the top level.';
    case 'ExportDefaultDeclaration':
      return atTop ? undefined : 'export can only stand at the top level.';
    case 'AwaitExpression':
      return inFunction ? undefined : 'await can only stand inside an async function.';
    case 'ForOfStatement':
      return inFunction || !node.await
        ? undefined
        : 'for await can only stand inside an async function.';
    default:
      return undefined;
  }
}

/** The nodes directly below a node, in the order of the source. */
export function* childNodes(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof item === 'object' && item !== null && 'type' in item && 'start' in item) {
        yield item as AnyNode;
      }
    }
  }
}
