// Y1. User code never runs in this process, and never through a shell.
// Y2. Whatever ends a call (result, limit, cancel, this process) ends every process that it began.
// Y3. What a call holds here is bounded, however much it prints or answers.
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { NO_ENVIRONMENT } from './find-python'
import { PythonFailed } from './python-errors'
import type { Command } from './sandbox-command'

/** Printed text that is kept of each stream. */
const KEPT_BYTES = 64 * 1024
/** A call that prints more than this is stopped: reading it costs the server. */
const PRINTED_BYTES = 16 * 1024 * 1024
const ANSWER_BYTES = 5 * 1024 * 1024
const READY = 'ready\n'

type Start = { command: Command; filter: Buffer | undefined; identity: { uid?: number; gid?: number }; stdin: string; wallMs: number }
type Ended = { answer: string; stdout: string; stderr: string }

/** @throws {PythonFailed} no answer, and why; the signal's reason when it was aborted */
export function runPythonProcess({ command, filter, identity, stdin, wallMs }: Start, { signal, onText }: { signal: AbortSignal; onText: (text: string) => void }): Promise<Ended> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const child = spawn(command.file, command.args, { cwd: '/', env: NO_ENVIRONMENT, shell: false, detached: true, ...identity, stdio: ['pipe', 'pipe', 'pipe', 'pipe', filter ? 'pipe' : 'ignore'] })
    let cause: unknown
    const stop = (why: unknown) => {
      cause ??= why
      killGroup(child.pid)
    }
    const onAbort = () => stop(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    const deadline = setTimeout(() => stop(new PythonFailed('PYTHON_TIMEOUT', `The code took longer than ${wallMs} ms and was stopped`)), wallMs)

    const tooMuch = () => stop(new PythonFailed('PYTHON_OUTPUT_TOO_LARGE', `The code printed more than ${PRINTED_BYTES} bytes and was stopped`))
    const stdout = gather(child.stdout!, { keep: KEPT_BYTES, most: PRINTED_BYTES, onMost: tooMuch, onKept: onText })
    const stderr = gather(child.stderr!, { keep: KEPT_BYTES, most: PRINTED_BYTES, onMost: tooMuch, onKept: onText })
    const answer = gather(child.stdio[3] as Readable, { keep: ANSWER_BYTES, most: ANSWER_BYTES, onMost: () => stop(new PythonFailed('PYTHON_OUTPUT_TOO_LARGE', `output is larger than ${ANSWER_BYTES} bytes`)) })
    give(child.stdin!, stdin)
    if (filter) give(child.stdio[4] as Writable, filter)

    const done = () => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', onAbort)
      killGroup(child.pid)
    }
    child.once('error', (error) => {
      done()
      reject(new PythonFailed('PYTHON_SANDBOX_FAILED', `${command.file} could not be started: ${error.message}`))
    })
    // What the code left running may hold the pipes open: the group ends with its leader.
    child.once('exit', () => killGroup(child.pid))
    child.once('close', (code, killedBy) => {
      done()
      const text = answer()
      if (cause !== undefined) return reject(cause as Error)
      if (!text.startsWith(READY)) return reject(new PythonFailed('PYTHON_SANDBOX_FAILED', `The sandbox did not start: ${stderr().trim().slice(-500) || `it ended with ${killedBy ?? code}`}`))
      if (text.length === READY.length) return reject(endedWithout(code, killedBy, stderr()))
      resolve({ answer: text.slice(READY.length), stdout: stdout(), stderr: stderr() })
    })
  })
}

/** bubblewrap tells of a signal as 128 + its number. */
function endedWithout(code: number | null, killedBy: NodeJS.Signals | null, stderr: string): PythonFailed {
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 500) ?? ''
  if (killedBy === 'SIGXCPU' || code === 128 + 24) return new PythonFailed('PYTHON_TIMEOUT', 'The code used up its processor time and was stopped')
  if (killedBy === 'SIGKILL' || code === 128 + 9) return new PythonFailed('PYTHON_KILLED', 'The process of the code was killed from outside')
  return new PythonFailed('PYTHON_ENDED', `The code ended its process without a result (${killedBy ?? `exit ${code}`})${last === '' ? '' : `: ${last}`}`)
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** @returns what was kept so far, as text */
function gather(stream: Readable, { keep, most, onMost, onKept }: { keep: number; most: number; onMost: () => void; onKept?: (text: string) => void }): () => string {
  const kept: Buffer[] = []
  const decoder = new TextDecoder()
  let size = 0
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    const room = keep - size
    size += chunk.length
    if (room > 0) {
      const part = chunk.subarray(0, room)
      kept.push(part)
      const text = onKept && decoder.decode(part, { stream: true })
      if (text) onKept?.(text)
    }
    if (size > most) onMost()
  })
  return () => {
    const text = Buffer.concat(kept).toString('utf8')
    return size > keep ? `${text.replace(/�+$/, '')}\n… ${size - keep} more bytes` : text
  }
}

function give(stream: Writable, content: string | Buffer): void {
  // A child that ended early has told why elsewhere.
  stream.on('error', () => undefined)
  stream.end(content)
}
