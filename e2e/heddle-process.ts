import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type HeddleProcess = { url: string; dataDir: string; child: ChildProcess; kill(signal: NodeJS.Signals): Promise<void> }

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'heddle-e2e-'))
}

/** Starts the production build on its own port and data folder, and waits until it answers. */
export async function startHeddle(options: { port: number; dataDir: string; env?: Record<string, string> }): Promise<HeddleProcess> {
  const url = `http://127.0.0.1:${options.port}`
  const child = spawn(process.execPath, ['dist/server.mjs'], {
    env: { ...process.env, NODE_ENV: 'production', PORT: String(options.port), HOST: '127.0.0.1', HEDDLE_DATA_DIR: options.dataDir, HEDDLE_ENV: 'test', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const deadline = Date.now() + 120_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output}`)
    const answer = await fetch(`${url}/api/health`).catch(() => undefined)
    if (answer?.ok) break
    if (Date.now() > deadline) throw new Error(`The server does not answer:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url, dataDir: options.dataDir, child,
    async kill(signal) {
      child.kill(signal)
      await exited
    },
  }
}
