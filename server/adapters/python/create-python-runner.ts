import 'server-only'
import { existsSync } from 'node:fs'
import type { PythonLevel, PythonReport, PythonRunner } from '@/server/ports/python-runner'
import { createTurns } from '@/server/ports/turns'
import { answerOf, findPython, type Python } from './find-python'
import { PythonFailed, type PythonErrorCode } from './python-errors'
import { PYTHON_HARNESS } from './python-harness'
import { runPythonProcess } from './python-process'
import { MAX_DEPTH, readAnswer } from './read-answer'
import { sandboxCommand, seatbeltCommand, type Command } from './sandbox-command'
import { seccompFilter } from './seccomp-filter'

/** What the operator allows: nothing, whatever there is, or only a real sandbox. */
export const PYTHON_CHOICES = ['off', 'seatbelt', 'sandbox'] as const
export type PythonChoice = (typeof PYTHON_CHOICES)[number]

/** For a node that names no time limit. */
const WALL_MS = 60_000
const BWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap']
const MEMORY_BYTES = 1024 * 1024 * 1024
/** Nobody: what a server that runs as root becomes for code that only the seat belt holds. */
const NOBODY = 65_534

type Options = { allow: PythonChoice; environment?: string | undefined; hidden?: readonly string[]; atOnce?: number; bwrap?: readonly string[] }
/** `filter`: for bubblewrap to load; `ownFilter`: for the process to load itself, where there is no bubblewrap. */
type Ready = { level: Exclude<PythonLevel, 'none'>; command: Command; filter: Buffer | undefined; ownFilter: Buffer | undefined; identity: { uid?: number; gid?: number } }
type Refusal = { code: PythonErrorCode; message: string }

/**
 * Looks once at what this machine has, by running Python in it, and says what it found.
 * @param environment folder of a virtual environment whose packages code may import
 * @param hidden folders that code never sees: the data folder
 * @param atOnce processes at work at the same time; others wait
 */
export async function createPythonRunner({ allow, environment, hidden = [], atOnce = 4, bwrap = BWRAP }: Options): Promise<PythonRunner> {
  const found = await look({ allow, environment, hidden, bwrap })
  const turns = createTurns(atOnce)

  return {
    report: () => found.report,
    async run({ code, packages, scope, wallMs = WALL_MS }, { signal, onText }) {
      const { ready } = found
      if (!ready) throw new PythonFailed(found.refusal.code, found.refusal.message)
      const release = await turns.take(signal)
      try {
        const stdin = jobText({ code, packages, scope, seatbelt: ready.level === 'seatbelt', filter: ready.ownFilter?.toString('base64') ?? '', paths: found.packages, cpuSeconds: Math.ceil(wallMs / 1_000) + 1 })
        const { answer, stdout, stderr } = await runPythonProcess({ ...ready, stdin, wallMs }, { signal, onText })
        return { output: readAnswer(answer), stdout, stderr }
      } finally {
        release()
      }
    },
  }
}

type Found = { report: PythonReport; packages: string[] } & ({ ready: Ready; refusal?: undefined } | { ready?: undefined; refusal: Refusal })

async function look({ allow, environment, hidden, bwrap }: { allow: PythonChoice; environment: string | undefined; hidden: readonly string[]; bwrap: readonly string[] }): Promise<Found> {
  if (allow === 'off') return refused('PYTHON_OFF', 'Python steps are switched off on this server (HEDDLE_PYTHON=off)')
  const python = await findPython(environment)
  if (!python) return refused('PYTHON_MISSING', environment === undefined ? 'There is no Python 3 on this server' : `There is no Python 3 in ${environment} (HEDDLE_PYTHON_ENV)`)
  const sandbox = await trySandbox(python, hidden, bwrap)
  const with_ = { packages: python.packages }
  if (typeof sandbox !== 'string') return { ...with_, ready: sandbox.ready, report: { level: 'sandbox', message: `Sandbox: ${sandbox.version}, Python ${python.version}` } }
  if (allow === 'sandbox') return refused('PYTHON_NO_SANDBOX', `Python steps are refused: ${sandbox}`)
  const belt = await trySeatbelt(python)
  if (typeof belt === 'string') return refused('PYTHON_MISSING', `Python ${python.version} could not be run with limits: ${belt}`)
  const gaps = belt.ownFilter ? 'code can read files' : 'code can read files, reach the network and start programs'
  return { ...with_, ready: belt, report: { level: 'seatbelt', message: `Seat belt only, no sandbox (${sandbox}): ${gaps}. Python ${python.version}` } }
}

/** With the filter for system calls where the kernel takes one, else with limits alone. @returns why neither works, as text */
async function trySeatbelt(python: Python): Promise<Ready | string> {
  const bare: Ready = { level: 'seatbelt', command: seatbeltCommand(python, PYTHON_HARNESS), filter: undefined, ownFilter: undefined, identity: process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {} }
  const ownFilter = process.platform === 'linux' ? seccompFilter({ alone: true }) : undefined
  const filtered = { ...bare, ownFilter }
  if (ownFilter && (await tryOut(filtered)) === undefined) return filtered
  return (await tryOut(bare)) ?? bare
}

function refused(code: PythonErrorCode, message: string): Found {
  return { report: { level: 'none', message }, packages: [], refusal: { code, message } }
}

/** @returns why there is no sandbox, as text */
async function trySandbox(python: Python, hidden: readonly string[], places: readonly string[]): Promise<{ ready: Ready; version: string } | string> {
  if (process.platform !== 'linux') return 'a sandbox needs Linux'
  const filter = seccompFilter()
  if (!filter) return `no list of system calls is known for ${process.arch}`
  const bwrap = places.find((place) => existsSync(place))
  if (bwrap === undefined) return 'bubblewrap is not installed'
  const [version, help] = await Promise.all([answerOf(bwrap, ['--version']), answerOf(bwrap, ['--help'])])
  const command = sandboxCommand({ bwrap, python, disableUserns: help?.includes('--disable-userns') ?? false, hidden, source: PYTHON_HARNESS })
  const ready: Ready = { level: 'sandbox', command, filter, ownFilter: undefined, identity: {} }
  const trouble = await tryOut(ready)
  return trouble === undefined ? { ready, version: version?.trim() ?? 'bubblewrap' } : `bubblewrap does not work here: ${trouble}`
}

/** A sandbox counts only when code has been seen to run in it, and to be held by it. */
async function tryOut(ready: Ready): Promise<string | undefined> {
  const code = ready.level === 'sandbox' ? HELD : ready.ownFilter ? ALONE : 'output = True'
  try {
    const { answer } = await runPythonProcess(
      { ...ready, wallMs: 15_000, stdin: jobText({ code, packages: [], scope: {}, seatbelt: ready.level === 'seatbelt', filter: ready.ownFilter?.toString('base64') ?? '', paths: [], cpuSeconds: 10 }) },
      { signal: new AbortController().signal, onText: () => undefined },
    )
    return readAnswer(answer) === true ? undefined : 'it does not hold'
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error)
  }
}

const REFUSED = `
import os, socket
def refused(act):
    try:
        act()
    except OSError:
        return True
    return False
`
const ALONE = `${REFUSED}output = refused(os.fork) and refused(socket.socket)`
const HELD = `${REFUSED}output = refused(os.fork) and refused(socket.socket) and refused(lambda: open("/etc/passwd")) and refused(lambda: open("/written", "w")) and not os.path.exists("/proc/self")`

type JobText = { code: string; packages: readonly string[]; scope: object; seatbelt: boolean; filter: string; paths: readonly string[]; cpuSeconds: number }

function jobText({ cpuSeconds, ...job }: JobText): string {
  return JSON.stringify({
    ...job, depth: MAX_DEPTH,
    limits: { RLIMIT_AS: MEMORY_BYTES, RLIMIT_CPU: cpuSeconds, RLIMIT_FSIZE: 64 * 1024 * 1024, RLIMIT_NOFILE: 128, RLIMIT_NPROC: 128, RLIMIT_CORE: 0 },
  })
}
