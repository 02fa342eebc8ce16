// start, dev, check, test, bench, fleet, processes: what package.json's scripts come down to, under the pinned Node.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll, buildPages, bundleInput, bundleOutput, bundleServer, generateClient, NotBuilt } from './build.mjs'

const [command, ...args] = process.argv.slice(2)
const bin = (name) => join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

/** What failed is named once more at the very end: of a long output often only the end is kept. */
const failures = []

const commands = { start, dev, check, test, 'test-shared': testShared, bench, fleet, processes }
if (!Object.hasOwn(commands, command)) {
  process.stderr.write(`Unknown command ${command}. There are: ${Object.keys(commands).join(', ')}.\n`)
  process.exit(2)
}
try {
  process.exitCode = await commands[command]()
} catch (error) {
  if (!(error instanceof NotBuilt)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function start() {
  await buildAll()
  return passOn(process.execPath, ['--enable-source-maps', 'dist/server.mjs'], { NODE_ENV: 'production' })
}

/** Pages are compiled on demand; the server is bundled again and started again at every change. */
async function dev() {
  await generateClient()
  const { watch } = await import('rolldown')
  let child
  const restart = async () => {
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    child = spawn(process.execPath, ['--enable-source-maps', 'dist/server.mjs'], { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'development', HEDDLE_ENV: process.env.HEDDLE_ENV ?? 'development' } })
  }
  const watcher = watch({ ...bundleInput(), output: bundleOutput })
  watcher.on('event', (event) => {
    if (event.code === 'BUNDLE_END') void event.result.close()
    if (event.code === 'END') void restart()
    if (event.code === 'ERROR') process.stderr.write(`${event.error.message}\n`)
  })
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, async () => {
        child?.kill('SIGTERM')
        await watcher.close()
        resolve(0)
      })
    }
  })
}

/** Types, lint, import rules, dead code. Quiet when green. */
async function check() {
  const { failed } = await runChecks()
  if (failed === 0) process.stdout.write('Types, lint, import rules and dead code: nothing to report.\n')
  return failed === 0 ? 0 : 1
}

/** Lint takes about as long as all others together: each a core. */
async function runChecks() {
  await generateClient()
  // Next writes the types of its own imports (style sheets, images) into a file that is not kept in the repository.
  if (!existsSync('next-env.d.ts')) await quietly('types of pages', bin('next'), ['typegen'])
  const beside = [
    [
      ['types', 'tsc', ['--noEmit', '-p', '.']],
      ['types of the domain', 'tsc', ['--noEmit', '-p', 'domain']],
      ['import rules', 'depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'app', 'components', 'server', 'wire', 'domain']],
      ['dead code', 'knip', []],
    ],
    [['lint', 'eslint', ['--max-warnings', '0', '.']]],
  ]
  let failed = 0
  await Promise.all(beside.map(async (checks) => {
    for (const [name, tool, toolArgs] of checks) {
      if (await quietly(name, bin(tool), toolArgs)) continue
      failed += 1
      failures.push(name)
    }
  }))
  return { passed: beside.flat().length - failed, failed }
}

/** The whole proof. The last line says `N passed, N failed`. */
async function test() {
  const results = 'test-results'
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results)
  // Comes over the network while the checks compute; some unit tests open pages, too.
  const tools = installTools()
  const checks = await runChecks()
  // Some tests start what was bundled, as a process of its own.
  await bundleServer()
  const chromium = await tools
  // Not earlier: the checks read the types that the build writes.
  const [pages, unit] = await Promise.all([pagesBuilt(), runUnitTests(join(results, 'unit.json'))])
  const browser = checks.failed + unit.failed + pages.failed === 0 ? await runBrowserTests(results, chromium) : notRun('The browser tests were not run: mend the above first.')
  return conclude([checks, pages, unit, browser])
}

/** @returns what could be counted: nothing when it went well */
async function pagesBuilt() {
  try {
    await buildPages()
    return { passed: 0, failed: 0 }
  } catch (error) {
    if (!(error instanceof NotBuilt)) throw error
    return notRun(error.message)
  }
}

/** What needs the PostgreSQL that HEDDLE_TEST_POSTGRES names, see .ci/with-postgres. Its processes serve pages: built here where `test` did not come that far. */
async function testShared() {
  await buildAll()
  mkdirSync('test-results', { recursive: true })
  await installBubblewrap()
  // One file after the other: one of them restarts the database.
  const shared = await runUnitTests(join('test-results', 'shared.json'), ['--no-file-parallelism', 'server/adapters/prisma/postgres', 'server/boot/several-processes'])
  return conclude([shared])
}

function conclude(parts) {
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0)
  for (const failure of failures) process.stdout.write(`failed: ${failure}\n`)
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`)
  return sum('failed') === 0 ? 0 : 1
}

async function runUnitTests(report, files = args) {
  const green = await quietly('unit and property tests', bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...files])
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  failures.push(...testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    return failed.length > 0 ? failed.map((test) => `${name}: ${test.fullName}: ${test.failureMessages[0]?.split('\n')[0] ?? ''}`) : status === 'failed' ? [name] : []
  }))
  return { passed: numPassedTests, failed: Math.max(numFailedTests, green ? 0 : 1) }
}

async function runBrowserTests(results, chromium) {
  if (!chromium) return notRun('There is no Chromium. Install one (Debian: apt-get install chromium), or name it in HEDDLE_CHROMIUM.')
  const report = join(results, 'e2e.json')
  const green = await quietly('browser tests', bin('playwright'), ['test', '--output', join(results, 'e2e')], { HEDDLE_CHROMIUM: chromium, HEDDLE_E2E_REPORT: report })
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { stats, suites, errors } = JSON.parse(readFileSync(report, 'utf8'))
  for (const journey of specsOf(suites).filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(nameOf)) process.stdout.write(`passed only when tried again: ${journey}\n`)
  failures.push(...specsOf(suites).filter(({ ok }) => !ok).map(nameOf), ...errors.map(({ message }) => `browser tests: ${message?.split('\n')[0] ?? ''}`))
  return { passed: stats.expected + stats.flaky, failed: Math.max(stats.unexpected, green ? 0 : 1) }
}

/** With those of the suites within. */
function specsOf(suites) {
  return suites.flatMap((suite) => [...suite.specs, ...specsOf(suite.suites ?? [])])
}

function nameOf({ file, title }) {
  return `${file}: ${title}`
}

function notRun(why) {
  process.stderr.write(`${why}\n`)
  failures.push(why)
  return { passed: 0, failed: 1 }
}

function findChromium() {
  const places = [process.env.HEDDLE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
  return places.find((place) => place && existsSync(place))
}

/** What tests use of the machine. One after the other: Debian's installer lets nobody in beside it. @returns where Chromium is */
async function installTools() {
  await installBubblewrap()
  return findChromium() ?? installChromium()
}

/** The sandbox of Python steps: its tests run where it is, and are skipped elsewhere. */
async function installBubblewrap() {
  if (existsSync('/usr/bin/bwrap') || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const packages = ['install', '-y', '--no-install-recommends', 'bubblewrap']
  if (await quietly('apt-get install', 'apt-get', packages, env, { silent: true })) return
  await quietly('apt-get update', 'apt-get', ['update'], env, { silent: true })
  if (!await quietly('apt-get install', 'apt-get', packages, env, { silent: true })) process.stderr.write('bubblewrap could not be installed: the tests of the Python sandbox are skipped.\n')
}

/** Debian's packages where we may install them (the Korean font too, else its pages are boxes), else Playwright's own download. */
async function installChromium() {
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const packages = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']
    if (!await quietly('apt-get install', 'apt-get', packages, env, { silent: true })) {
      await quietly('apt-get update', 'apt-get', ['update'], env)
      await quietly('apt-get install', 'apt-get', packages, env)
    }
    return findChromium()
  }
  if (!await quietly('browser download', bin('playwright'), ['install', 'chromium'])) return undefined
  const answer = spawnSync(process.execPath, ['-e', "import('@playwright/test').then(({ chromium }) => console.log(chromium.executablePath()))"], { encoding: 'utf8' })
  return answer.stdout.trim() || undefined
}

/** Each bench prints its own table; see bench/README.md. */
async function bench() {
  await generateClient()
  await bundleServer()
  const wanted = readdirSync('bench').filter((file) => file.endsWith('.bench.ts') && (args.length === 0 || args.some((name) => file.startsWith(name))))
  // What is measured in a browser needs the pages.
  if (wanted.some((file) => /^(replay|editor|live)/.test(file))) await buildAll()
  // Packages of their own, so that the product carries none of them. Without them the bench goes on alone, and says so.
  if (wanted.some((file) => file.startsWith('engine')) && !existsSync(join('bench', 'peers', 'node_modules'))) await quietly('packages of the peers', process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--prefix', join('bench', 'peers'), '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  const { rolldown } = await import('rolldown')
  for (const file of wanted) {
    const bundle = await rolldown({ ...bundleInput(), input: { [file.replace('.ts', '')]: join('bench', file) } })
    await bundle.write({ ...bundleOutput, dir: 'dist/bench' })
    await bundle.close()
    const result = spawnSync(process.execPath, [join('dist', 'bench', file.replace('.ts', '.mjs'))], { stdio: 'inherit' })
    if (result.status !== 0) return 1
  }
  return 0
}

async function fleet() {
  await bundleServer()
  return passOn(process.execPath, ['dist/fleet.mjs', ...args])
}

/** Several processes on one PostgreSQL, see deploy/processes.mjs. */
async function processes() {
  await buildAll()
  return passOn(process.execPath, [join('deploy', 'processes.mjs'), ...args])
}

/** In the foreground, signals handed on. @returns its exit code */
function passOn(file, fileArgs, env = {}) {
  const child = spawn(file, fileArgs, { stdio: 'inherit', env: { ...process.env, ...env } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? (signal ? 0 : 1))))
}

/** @returns whether it went well; its output is shown only if not */
function quietly(name, file, fileArgs, env = {}, { silent = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, fileArgs, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    const output = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => output.push(piece))
    child.once('error', (error) => output.push(Buffer.from(error.message)) && child.emit('close', 1))
    child.once('close', (code) => {
      if (code !== 0 && !silent) process.stderr.write(`${Buffer.concat(output).toString()}\n${name}: failed\n`)
      resolve(code === 0)
    })
  })
}
