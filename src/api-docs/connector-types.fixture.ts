import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../config/package-root.js';

const PATH = join(packageRoot(), 'docs', 'connector.d.ts');
const TEXT = readFileSync(PATH, 'utf8');

/** The compiler's options that the file itself tells its readers to use. */
export function advisedOptions(): ts.CompilerOptions {
  const comment = TEXT.slice(0, TEXT.search(/^[^/]/m)).replace(/^\/\/ ?/gm, '');
  const json = /^\{[^]*?^\}/m.exec(comment)?.[0] ?? '';
  const { compilerOptions } = JSON.parse(json) as { compilerOptions: object };
  const { options, errors } = ts.convertCompilerOptionsFromJson(compilerOptions, packageRoot());
  expect(errors).toEqual([]);
  return { ...options, allowJs: true, noEmit: true };
}

/** A program of the types and some connectors, each a file of its own. */
export function programOf(sources: string[], options = advisedOptions()): ts.Program {
  const files = new Map(sources.map((source, index) => [fileOf(index), source]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => files.has(name) || disk.fileExists(name),
    readFile: (name) => files.get(name) ?? disk.readFile(name),
    getSourceFile: (name, target) => {
      const text = files.get(name);
      if (text === undefined) return disk.getSourceFile(name, target);
      return ts.createSourceFile(name, text, target, true, ts.ScriptKind.JS);
    },
  };
  return ts.createProgram([PATH, ...files.keys()], options, host);
}

function fileOf(index: number): string {
  return join(packageRoot(), `connector-${index}.js`);
}

/** What the compiler says against each of some connectors. */
export function faultsOf(sources: string[]): string[][] {
  const program = programOf(sources);
  return sources.map((_, index) => {
    const file = program.getSourceFile(fileOf(index));
    return ts
      .getPreEmitDiagnostics(program, file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}

/** What the compiler says against the file of types itself. */
export function faultsOfTypes(): string[] {
  return ts
    .getPreEmitDiagnostics(programOf([], { ...advisedOptions(), skipLibCheck: false }))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** A global that is declared, with the methods that it, or what it constructs, is said to have. */
export interface DeclaredGlobal {
  name: string;
  kind: 'function' | 'object' | 'string';
  own: string[];
  ofInstances: string[];
}

/** The globals that the file declares as values. */
export function declaredGlobals(): DeclaredGlobal[] {
  const program = programOf([]);
  const checker = program.getTypeChecker();
  const names: ts.Identifier[] = [];
  for (const node of program.getSourceFile(PATH)?.statements ?? []) {
    if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
      if (node.name) names.push(node.name);
    } else if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) {
        if (ts.isIdentifier(name)) names.push(name);
      }
    }
  }
  return names.map((node) => {
    const symbol = checker.getSymbolAtLocation(node);
    if (!symbol) throw new Error(`${node.text} has no symbol.`);
    const type = checker.getTypeOfSymbol(symbol);
    const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
    const callable = isClass || type.getCallSignatures().length > 0;
    const isString = (type.flags & ts.TypeFlags.String) !== 0;
    return {
      name: node.text,
      kind: callable ? 'function' : isString ? 'string' : 'object',
      own: isString ? [] : methodsOf(type),
      ofInstances: isClass ? methodsOf(checker.getDeclaredTypeOfSymbol(symbol)) : [],
    };
  });
}

function methodsOf(type: ts.Type): string[] {
  return type
    .getProperties()
    .filter((property) => (property.flags & ts.SymbolFlags.Method) !== 0)
    .map((property) => property.name)
    .filter((name) => /^\w+$/.test(name) && !name.startsWith('__'));
}

/** The global values of the language itself, of its newest edition. */
export function languageGlobals(): Set<string> {
  const file = join(dirname(ts.getDefaultLibFilePath({})), 'lib.esnext.d.ts');
  const program = ts.createProgram([file], { lib: ['lib.esnext.d.ts'], types: [] });
  const root = program.getSourceFile(file);
  if (!root) throw new Error('The language has no types.');
  const values = program.getTypeChecker().getSymbolsInScope(root, ts.SymbolFlags.Value);
  return new Set(values.map(({ name }) => name));
}
