import { parseSimFlags, USAGE, type SimFlags } from './sim-flags'
import { startSimFleet } from './sim-fleet'

/**
 * The simulated fleet as a program. Ready, it prints one JSON line `{"ready":true,"urls":[...]}`, then lines for
 * people; a parent that opened an IPC channel also gets `{type: 'ready', urls}`. SIGTERM and SIGINT end it.
 */
const PARENT_CHECK_MS = 1_000

async function main(): Promise<void> {
  const flags = readFlags()
  if (!flags) return
  const fleet = await startSimFleet(flags)
  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    void fleet.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (flags.exitWithParent) followParent(end)
  process.stdout.write(`${JSON.stringify({ ready: true, urls: fleet.urls })}\n`)
  process.stdout.write(`${fleet.urls.length} simulated vLLM instance(s) of ${flags.model}, ${flags.timeScale} times real speed. No real model answers here.\n`)
  fleet.urls.forEach((url, i) => process.stdout.write(`  ${i}  ${url}/v1${flags.slow.has(i) ? `  (slowed ${flags.slow.get(i)}×)` : ''}\n`))
  process.send?.({ type: 'ready', urls: fleet.urls })
}

function readFlags(): SimFlags | undefined {
  try {
    const flags = parseSimFlags(process.argv.slice(2))
    if (flags !== 'help') return flags
    process.stdout.write(USAGE)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exitCode = 2
  }
  return undefined
}

/** With an IPC channel its end tells; without one, a changed parent id does. */
function followParent(end: () => void): void {
  if (process.send) {
    process.on('disconnect', end)
    return
  }
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) end()
  }, PARENT_CHECK_MS).unref()
}

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException
  process.stderr.write(code === 'EADDRINUSE' ? `${message}. Choose another --port, or 0 for free ones.\n` : `${message}\n`)
  process.exit(1)
})
