import { AppError } from '@/domain/error'
import type { Json } from '@/domain/json'

/** What this machine offers. Without `ready` every browser step fails, and `message` says what to do. */
export type BrowserReport = { ready: boolean; message: string }

/** One thing done in the page, all templates rendered. `as`: the name under which its value is kept. */
export type BrowserAct =
  | { do: 'goto'; url: string }
  | { do: 'click'; selector: string }
  | { do: 'fill'; selector: string; value: string }
  | { do: 'wait'; selector: string }
  | { do: 'text'; selector: string; as: string }
  | { do: 'attribute'; selector: string; name: string; as: string }
  | { do: 'screenshot'; as: string }

export type BrowserJob = { url: string; actions: readonly BrowserAct[]; /** How long it may take; left out, the runner's own limit. */ wallMs?: number }

/** `text`: what can be read on the page in the end. `screenshots`: JPEG, as base64. `refused`: addresses that the page wanted and that workflows may not reach. */
export type BrowserResult = { url: string; title: string; text: string; values: Record<string, Json>; screenshots: { name: string; width: number; height: number; mediaType: 'image/jpeg'; data: string }[]; refused: string[] }

export class BrowserFailed extends AppError {
  readonly hint: string
  override readonly retryable: boolean
  constructor(readonly code: BrowserErrorCode, message: string) {
    super(message.slice(0, 2_000))
    this.hint = HINTS[code]
    this.retryable = code === 'BROWSER_ENDED' || code === 'BROWSER_UNREACHABLE'
  }
}

const HINTS = {
  BROWSER_OFF: 'Whoever runs this server has switched browser steps off (HEDDLE_BROWSER=off).',
  BROWSER_MISSING: 'Install Chromium on the server (Debian: apt-get install chromium), or name it in HEDDLE_CHROMIUM, and restart Heddle.',
  BROWSER_ENDED: 'The browser ended before it was done. When this happens again, the page may be too much for the server.',
  BROWSER_UNREACHABLE: 'Is the address right, and does its server answer in time?',
  BROWSER_ACTION_FAILED: 'Look at the page at this point: take a screenshot before this action, and check its selector.',
  BROWSER_TIMEOUT: 'Raise the time limit of the node, or wait for less.',
  BROWSER_TOO_MUCH: 'Read less of the page, take fewer screenshots, or open a lighter page.',
  BROWSER_REFUSED: 'Workflows reach public addresses only. To allow this host, start Heddle with it in HEDDLE_EGRESS_ALLOW.',
} as const
export type BrowserErrorCode = keyof typeof HINTS

/** Opens pages in a real browser, each job in processes of its own. */
export type BrowserRunner = {
  report(): BrowserReport
  /** @throws {BrowserFailed}; an abort rejects with the signal's reason */
  run(job: BrowserJob, signal: AbortSignal): Promise<BrowserResult>
}
