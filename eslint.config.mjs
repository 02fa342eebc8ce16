import next from '@next/eslint-plugin-next'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const noAmbient = [
  { object: 'Date', property: 'now', message: 'Take the clock from outside (server/ports/clock.ts).' },
  { object: 'Math', property: 'random', message: 'Take chance from outside (server/ports/ids.ts).' },
  { object: 'process', property: 'env', message: 'Only server/boot reads the environment.' },
]

export default tseslint.config(
  { ignores: ['node_modules/', '.next/', 'dist/', 'server/adapters/prisma/generated*/', 'next-env.d.ts', '**/*.mjs', '**/*.cjs'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    plugins: { 'react-hooks': hooks, '@next/next': next },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-imports': ['error', { paths: ['node:vm', 'vm', 'vm2'] }],
    },
  },
  {
    files: ['{domain,server/engine,server/router,server/usecases}/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.suite.ts'],
    rules: {
      'no-restricted-properties': ['error', ...noAmbient],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Take the clock from outside (server/ports/clock.ts).' }],
    },
  },
)
