import { AppError } from '@/domain/error'

const HINTS = {
  PYTHON_OFF: 'Unset HEDDLE_PYTHON, or set it to sandbox, and restart Heddle.',
  PYTHON_NO_SANDBOX: 'Install bubblewrap on the server (Debian: apt-get install bubblewrap) and restart Heddle. HEDDLE_PYTHON=seatbelt runs code without a sandbox: it then can read the server’s files.',
  PYTHON_MISSING: 'Install Python 3 on the server (Debian: apt-get install python3), or name a virtual environment in HEDDLE_PYTHON_ENV, and restart Heddle.',
  PYTHON_PACKAGE_MISSING: 'Nothing is installed while a run goes on. Install it into the virtual environment that HEDDLE_PYTHON_ENV names, or do without it.',
  PYTHON_ERROR: 'Mend the code at that line; the traceback ends the message.',
  PYTHON_NO_OUTPUT: 'Set it at the end of the code: output = …',
  PYTHON_BAD_OUTPUT: 'output has to be JSON: text, finite numbers, true, false, None, lists, and dicts with text as keys.',
  PYTHON_OUTPUT_TOO_LARGE: 'Hand on a part of it, or a summary.',
  PYTHON_TIMEOUT: 'Does it loop for ever? Otherwise raise the time limit of the node.',
  PYTHON_ENDED: 'Does it call os._exit, or a library that crashes? Memory is limited to 1 GiB.',
  PYTHON_KILLED: 'The machine may be short of memory.',
  PYTHON_SANDBOX_FAILED: 'See the settings page for the state of the sandbox, and the server log.',
} as const

export type PythonErrorCode = keyof typeof HINTS

/** What the code did is not tried again; what happened to its process is. */
export class PythonFailed extends AppError {
  readonly hint: string
  override readonly retryable: boolean
  constructor(readonly code: PythonErrorCode, message: string) {
    super(message)
    // Python names what it misses, which may be a package that is installed nowhere a step can see.
    this.hint = code === 'PYTHON_ERROR' && message.includes('ModuleNotFoundError') ? HINTS.PYTHON_PACKAGE_MISSING : HINTS[code]
    this.retryable = code === 'PYTHON_KILLED' || code === 'PYTHON_SANDBOX_FAILED'
  }
}
