import tseslint from 'typescript-eslint';

const streams = {
  selector: "MemberExpression[object.name='process'][property.name=/^(stdout|stderr)$/]",
  message: 'Touching these streams makes the pipe that the action inherits non-blocking.',
};
const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'launcher/settings.ts is the only reader of the environment.',
};
const exit = {
  selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
  message: 'launcher/main.ts is the only place that ends the process.',
};

const launcherOnly = {
  'max-lines': ['error', { max: 250 }],
  'max-lines-per-function': ['error', { max: 50 }],
  'max-params': ['error', 4],
  'max-depth': ['error', 3],
  complexity: ['error', 10],
  'no-console': 'error',
  'no-restricted-syntax': ['error', streams, environment, exit],
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'dist.new',
      'node_modules',
      'languages',
      'examples',
      'coverage',
      'test/fixtures/**/*.js',
    ],
  },
  {
    files: ['launcher/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['launcher/**/*.ts'], rules: launcherOnly },
  {
    files: ['launcher/main.ts'],
    rules: { 'no-restricted-syntax': ['error', streams, environment] },
  },
  { files: ['launcher/settings.ts'], rules: { 'no-restricted-syntax': ['error', streams, exit] } },
);
