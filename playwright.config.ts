import { defineConfig } from '@playwright/test'
import { ports } from './e2e/ports'

/** Begun first, so that none of them is at work alone at the end. */
const LONGEST = ['**/{kill,pages,replay-fidelity,alerts}.spec.ts']

/** Journeys run on the production build, against servers with an empty data folder: one for each worker. They mostly wait: four at a time keep two cores busy. */
export default defineConfig({
  testDir: 'e2e',
  projects: [{ name: 'longest', testMatch: LONGEST }, { name: 'others', testMatch: '**/*.spec.ts', testIgnore: LONGEST }],
  workers: 4,
  // A journey that a busy machine upset is tried once more, and named: see runBrowserTests.
  retries: 1,
  // Bounds for what hangs. What is waited for comes when it comes: a machine busy with other work is no failure.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: process.env.HEDDLE_E2E_REPORT ?? 'test-results/e2e.json' }]],
  use: {
    baseURL: `http://127.0.0.1:${ports.shared}`,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    // A dialog halfway through its fade has other contrasts than the one that people read.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.HEDDLE_CHROMIUM && { executablePath: process.env.HEDDLE_CHROMIUM }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    },
  },
  globalSetup: './e2e/serve.setup.ts',
})
