// What has to be made before Heddle runs: Prisma's client, the server's bundles, the pages. Each step is skipped
// while a hash over what it reads is the one it was last made from.
import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresSchema } from './postgres-schema.mjs'

const bin = (name) => join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
const SERVER_SOURCES = ['server', 'domain', 'wire', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json']
const PAGE_SOURCES = ['app', 'components', 'domain', 'wire', 'server', 'public', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json', 'next.config.ts', 'postcss.config.mjs']
const notBuilt = /\.(test|suite)\.tsx?$|\.mjs$|\/generated(-postgres)?\/|README\.md$/

/** Prisma's clients, one a store, from the one schema. Its CLI wants to download an engine that this command does not need: /bin/false keeps it offline. */
export async function generateClient() {
  const offline = { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/false', CHECKPOINT_DISABLE: '1' }
  const sources = ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json', 'server/boot/postgres-schema.mjs']
  await step('prisma', sources, 'server/adapters/prisma/generated/client.ts', () => must([bin('prisma'), 'generate', '--no-hints'], offline))
  await step('prisma-postgres', sources, 'server/adapters/prisma/generated-postgres/client.ts', async () => {
    const derived = join('prisma', 'derived.prisma')
    writeFileSync(derived, postgresSchema(readFileSync('prisma/schema.prisma', 'utf8')))
    await must([bin('prisma'), 'generate', '--no-hints', '--schema', derived], offline)
  })
}

/** The server, the simulated fleet and the template thread, each one file; packages stay where they are. */
export async function bundleServer() {
  await step('server', SERVER_SOURCES, 'dist/server.mjs', async () => {
    const { rolldown } = await import('rolldown')
    const bundle = await rolldown(bundleInput())
    await bundle.write(bundleOutput)
    await bundle.close()
  })
}

export const bundleOutput = { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs', sourcemap: true }

export function bundleInput() {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  return {
    input: { 'server': 'server/boot/main.ts', 'fleet': 'server/fleet-sim/main.ts', 'template-worker': 'server/adapters/templates/template-worker.ts', 'browser-worker': 'server/adapters/browser/browser-worker.ts' },
    platform: 'node',
    // The guard against server code in the browser's bundles has nothing to guard here.
    resolve: { alias: { '@': root.replace(/\/$/, ''), 'server-only': join(root, 'server/boot/server-only-in-tests.ts') } },
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('@/') && id !== 'server-only' && !/^[A-Za-z]:/.test(id),
    logLevel: 'warn',
  }
}

export async function buildPages() {
  await step('pages', PAGE_SOURCES, '.next/BUILD_ID', async () => {
    process.stdout.write('Building the pages (about a minute, once)…\n')
    await must([bin('next'), 'build'], { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
  })
}

export async function buildAll() {
  await generateClient()
  await bundleServer()
  await buildPages()
}

async function step(name, sources, product, make) {
  const { file, hash, fresh } = stamp(name, sources, product)
  if (fresh) return
  await make()
  writeFileSync(file, hash)
}

function stamp(name, sources, product) {
  const folder = join('node_modules', '.heddle')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  const hash = hashOf(sources)
  const fresh = existsSync(product) && existsSync(file) && readFileSync(file, 'utf8') === hash
  // A step that is cut off halfway must not look done.
  if (!fresh) rmSync(file, { force: true })
  return { file, hash, fresh }
}

function hashOf(sources) {
  const hash = createHash('sha256')
  for (const source of sources) {
    if (!existsSync(source)) continue
    const files = source.includes('.') ? [source] : readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
    for (const file of files) {
      if (!notBuilt.test(file)) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
    }
  }
  return hash.digest('hex')
}

/** Names the command that failed; what it said was shown. */
export class NotBuilt extends Error {}

/** Runs quietly; shows everything when it fails. @throws {NotBuilt} */
async function must([command, ...args], env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => output.push(piece))
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  if (code === 0) return
  process.stderr.write(`${Buffer.concat(output).toString()}\n`)
  throw new NotBuilt(`${command} ${args.join(' ')} failed`)
}
