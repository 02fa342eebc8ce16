import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)), 'server-only': fileURLToPath(new URL('server/boot/server-only-in-tests.ts', import.meta.url)) } },
  test: {
    include: ['{domain,wire,server,components,app,bench}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // What a test waits for comes when it comes: a machine busy with other work is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
