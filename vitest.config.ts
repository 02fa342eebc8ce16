import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const PURE = ['{domain,wire,components}/**/*.test.{ts,tsx}', 'server/{usecases,engine}/**/*.test.ts']
/** In these rooms, but sets the environment or keeps a core busy for long. */
const TOUCHES_THE_PROCESS = ['wire/run-snippets.test.ts', 'components/editor/edit-fuzz.test.ts', 'server/usecases/preview-text.test.ts', 'server/engine/lease/several-engines.test.ts']

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)), 'server-only': fileURLToPath(new URL('server/boot/server-only-in-tests.ts', import.meta.url)) } },
  test: {
    pool: 'forks',
    // Vitest keeps a core to itself; of two that is half, and it needs little.
    maxWorkers: Math.max(2, availableParallelism()),
    // What a test waits for comes when it comes: a machine busy with other work is no failure.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      // Pure: one process takes file after file. To start one and load the same modules again for each costs more than the tests.
      { extends: true, test: { name: 'pure', include: PURE, exclude: TOUCHES_THE_PROCESS, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['{app,bench,server/!(usecases|engine)}/**/*.test.{ts,tsx}', ...TOUCHES_THE_PROCESS] } },
    ],
  },
})
