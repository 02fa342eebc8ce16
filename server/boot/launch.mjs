// The door to every command. It needs no dependency and runs on any Node from 18 on: it installs what
// the lockfile asks for, then goes on under the Node that the lockfile pins (node_modules/.bin/node).
// See docs/decisions/0001-node-as-a-dependency.md.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
process.chdir(root)

const stampFile = join(root, 'node_modules', '.heddle-lock')
const lockHash = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''

if (stamp !== lockHash) {
  process.stdout.write('Installing dependencies (first start, or the lockfile changed)…\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  // The host's Node only carries npm here; the packages run under the pinned one.
  const install = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (install.status !== 0) {
    process.stderr.write('Could not install the dependencies. Check the network and run the command again.\n')
    process.exit(install.status ?? 1)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, lockHash)
}

const child = spawn(pinnedNode(), [join(root, 'server', 'boot', 'commands.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` },
})
// Whoever ends this process means the one behind it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// npm ends its shell, and the shell ends without a word: its absence is the word.
const parent = process.ppid
setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
child.once('exit', (code) => process.exit(code ?? 1))

/** The pinned binary where there is one for this platform, else the host's Node if it is new enough. */
function pinnedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
    process.stderr.write(`Heddle needs Node 24; there is no prebuilt one for ${process.platform}-${process.arch}. Install Node 24 and try again.\n`)
    process.exit(1)
  }
}
