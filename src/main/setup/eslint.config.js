import eslint from '@eslint/js'
import { defineConfig } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

/** @type {import('eslint').Linter.RulesRecord} */
const rules = {
  'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
  // A component's bindable properties are declared with those that are not.
  'prefer-const': ['error', { destructuring: 'all' }],
}
/** @type {import('eslint').Linter.RulesRecord} */
const typescriptRules = {
  // Numbers and booleans in messages are meant.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // Handing on a void is the house style.
  '@typescript-eslint/no-confusing-void-expression': 'off',
  // `noUncheckedIndexedAccess` makes the compiler demand what this forbids in loops over known bounds.
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unused-vars': 'off', // The compiler says it.
  // Interfaces here are plain objects made of closures: none of their methods knows `this`.
  '@typescript-eslint/unbound-method': 'off',
  // A function that must answer a promise, whether or not it waits for something.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-invalid-void-type': 'off',
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  '@typescript-eslint/no-generated-empty-object-type': 'off',
  '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }] }],
}

export default defineConfig(
  { ignores: ['out/', '.cache/', 'node_modules/', 'e2e/results/', 'resources/backbones/*/'] },
  eslint.configs.recommended,
  { rules, linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: `${import.meta.dirname}/../../..` } },
    rules: typescriptRules,
  },
  {
    files: ['**/*.svelte'],
    extends: [tseslint.configs.strict, svelte.configs.recommended],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
      'no-undef': 'off',
      'no-unused-vars': 'off',
      // svelte-check says it, and knows more of the compiler's warnings.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    rules: { 'no-undef': 'off' }, // The type check says it, for JavaScript too.
  },
  {
    // A suite is one function and a story is told in one piece.
    files: ['**/*.test.ts', 'e2e/**'],
    rules: {
      'max-lines-per-function': 'off',
      // Playwright reads from the pattern which fixtures a function wants.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
    },
  },
  {
    // What a test expects is often `any` by the test library's own types.
    files: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  { files: ['src/main/shells/cli/**', 'e2e/bench/**'], rules: { 'no-console': 'off' } },
)
