// @ts-check
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The floors of the house, lowest first. A folder imports only from floors below its own, so a
 * change to one never reaches down, and neighbours on a floor don't know each other.
 * Why there are these floors is told in src/README.md.
 */
const floors = [
  ['common'],
  ['config', 'json'],
  ['db', 'mapping', 'egress'],
  ['completeness', 'quotas'],
  ['jobs', 'sandbox', 'auth'],
  ['custom-connector'],
  ['remote-service'],
  ['custom-connector-builder', 'snapshot'],
  ['health', 'api-docs'],
  ['cli'],
];

/** @type {import("eslint").Linter.Config[]} */
const floorRules = floors.flatMap((floor, index) =>
  floor.map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: floors
            .flatMap((other, height) => (height >= index ? other : []))
            .filter((other) => other !== folder)
            .map((other) => ({
              regex: `^(\\.\\./)+${other}/`,
              message: `${folder} stands below or beside ${other}: see the floors in src/README.md.`,
            })),
        },
      ],
    },
  })),
);

export default defineConfig(
  // The types for connector authors are the globals of another world; their spec compiles them.
  { ignores: ['dist', 'coverage', 'src/db/generated', 'docs/connector.d.ts'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Options of the framework and of Node are declared as classes and meant to be literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in src/config alone.' },
      ],
    },
  },
  {
    // What runs finds only these installed; types alone are gone by then.
    files: ['src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts'],
    rules: {
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false }],
    },
  },
  ...floorRules,
  {
    files: ['src/config/**', 'test/**', 'docs/**', 'bench/**', 'prisma.config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  // A spec tells one concern from start to end.
  { files: ['test/**', '**/*.spec.ts'], rules: { 'max-lines': 'off' } },
  // What is plain JavaScript is checked by the compiler where it says so (@ts-check).
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['*.config.js', '*.config.ts', 'test/support/global-*.js'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  prettier,
);
