import type { Json } from '@/domain/json'
import type { Scope } from './templates'

/** How far user code is shut in. `seatbelt` is a process of its own with limits and no environment, but it can read files. */
export type PythonLevel = 'sandbox' | 'seatbelt' | 'none'

/** What this machine offers and the operator allows. `none`: nothing runs, and `message` says why and what to do. */
export type PythonReport = { level: PythonLevel; message: string }

/** `wallMs`: how long it may take; left out, the runner's own limit. */
export type PythonJob = { code: string; packages: readonly string[]; scope: Scope; wallMs?: number }

export type PythonResult = { output: Json; stdout: string; stderr: string }

/** Runs a person's code, each call in a process of its own. */
export type PythonRunner = {
  report(): PythonReport
  /**
   * @param onText what the code prints, as it prints it, up to a limit
   * @throws {AppError} retryable only when the sandbox failed, never when the code did
   */
  run(job: PythonJob, options: { signal: AbortSignal; onText: (text: string) => void }): Promise<PythonResult>
}
