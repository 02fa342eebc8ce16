// Heddle as several processes on one machine, without containers: the same as deploy/compose.yaml.
//   DATABASE_URL=postgres://… npm run processes -- --web 2 --engines 2 --port 3000
// Pages and /v1 are at PORT and the ports after it, health and metrics of the engines after those. A process that ends
// is started again. SIGHUP restarts them one after the other, so that something always serves and works; SIGTERM ends all.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const HOST = '127.0.0.1'
/** A process that lived shorter than this is given a pause, so that a fault at start does not spin. */
const SHORT_LIFE_MS = 5_000
const PAUSE_MS = 2_000
const READY_MS = 60_000

const { values } = parseArgs({ options: { web: { type: 'string', default: '2' }, engines: { type: 'string', default: '2' }, port: { type: 'string', default: process.env.PORT ?? '3000' } } })
const count = (name, least) => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= least) return value
  return give(`--${name} must be a whole number from ${least}, not "${values[name]}"`)
}
const [web, engines, port] = [count('web', 1), count('engines', 1), count('port', 1)]
if (!process.env.DATABASE_URL) give('Processes share their work through PostgreSQL: set DATABASE_URL=postgres://user:password@host:5432/name')

const dataDir = process.env.HEDDLE_DATA_DIR ?? '.heddle'
const routers = Array.from({ length: web }, (_, at) => `http://${HOST}:${port + at}`)
let ending = false
let fleet
if (!process.env.HEDDLE_FLEET) {
  fleet = await simulatedFleet()
  process.env.HEDDLE_FLEET = fleet.urls.join(',')
}
const members = [
  ...routers.map((_, at) => member(`web ${at + 1}`, port + at, { HEDDLE_ROLES: 'web,router' })),
  // Whatever HEDDLE_ROUTER says wins: routers may be on other machines.
  ...Array.from({ length: engines }, (_, at) => member(`engine ${at + 1}`, port + web + at, { HEDDLE_ROLES: 'engine', HEDDLE_ROUTER: process.env.HEDDLE_ROUTER ?? routers.join(',') })),
]
// Routers first: an engine that finds none says so in its log.
for (const one of members) {
  one.start()
  await one.ready()
}
process.stdout.write(`\n  Heddle is ready:  ${routers.join('  ')}\n  ${engines} engine(s) work on runs; health at ${members.slice(web).map(({ url }) => `${url}/api/health`).join('  ')}\n${fleet ? '  Models:           a simulated fleet; set HEDDLE_FLEET to use your own vLLM servers\n' : ''}\n`)

let restarting = Promise.resolve()
process.on('SIGHUP', () => (restarting = restarting.then(restartEach)))
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void end(0))

async function restartEach() {
  for (const one of members) {
    if (ending) return
    await one.stop()
    one.start()
    await one.ready()
    process.stdout.write(`${one.name} restarted\n`)
  }
}

async function end(code) {
  ending = true
  // Engines first: what they let go of is told to the pages that are still there.
  for (const one of members.toReversed()) await one.stop()
  fleet?.child.kill('SIGTERM')
  process.exit(code)
}

function member(name, ownPort, env) {
  const url = `http://${HOST}:${ownPort}`
  let child
  let stopping = false
  let startedAt = 0
  const start = () => {
    stopping = false
    startedAt = Date.now()
    child = spawn(process.execPath, ['--enable-source-maps', 'dist/server.mjs'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production', HOST, PORT: String(ownPort), HEDDLE_DATA_DIR: join(dataDir, name.replace(' ', '-')), ...env },
    })
    child.once('exit', (code, signal) => {
      if (stopping || ending) return
      process.stderr.write(`${name} ended (${signal ?? code}); it is started again\n`)
      setTimeout(() => !stopping && !ending && start(), Date.now() - startedAt < SHORT_LIFE_MS ? PAUSE_MS : 0)
    })
  }
  return {
    name, url, start,
    async ready() {
      for (const until = Date.now() + READY_MS; Date.now() < until; await after(200)) {
        if (ending) return
        if (await fetch(`${url}/api/health`).then(({ ok }) => ok, () => false)) return
      }
      process.stderr.write(`${name} does not answer at ${url}\n`)
    },
    stop() {
      stopping = true
      if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** One for all: each process would start its own otherwise. */
function simulatedFleet() {
  const child = spawn(process.execPath, ['dist/fleet.mjs', '--port', '0', '--exit-with-parent', '--time-scale', process.env.HEDDLE_SIM_TIME_SCALE ?? '1'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return new Promise((resolve) => {
    child.once('message', ({ urls }) => resolve({ child, urls }))
    child.once('exit', (code) => ending || give(`The simulated fleet ended with ${code}`))
  })
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function give(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
