import { defineConfig } from '@playwright/test'

const port = Number(process.env.HEDDLE_E2E_PORT ?? 3210)

/** Journeys run on the production build, against a server of their own with an empty data folder: one for each shard of `npm test`. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.HEDDLE_E2E_REPORT ?? 'test-results/e2e.json' }]],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
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
