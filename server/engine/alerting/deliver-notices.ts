/**
 * Empties the outbox.
 * D1. A notice leaves the store only when it was delivered or given up: a kill delays it, and its id shows a second copy.
 * D2. Each address has one try at a time, notices for it in their order; a slow one delays no other.
 */
import { isAppError } from '@/domain/error'
import type { AlertStore, Notice } from '@/server/ports/alert-store'
import type { Notifier } from '@/server/ports/alert-watch'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 600_000
/** About 40 minutes after the first. */
const MOST_ATTEMPTS = 10

/** How long to wait after so many failed tries. */
export function pauseAfter(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
}

export function createDelivery({ store, notifier, clock, logger, onSettled }: { store: AlertStore; notifier: Notifier; clock: Clock; logger: Logger; onSettled: () => void }) {
  const busy = new Set<string>()
  let wake: (() => void) | undefined
  let passing: Promise<void> = Promise.resolve()
  let stopped = false

  async function attempt(notice: Notice): Promise<void> {
    const { ruleId, target, body, id } = notice
    const attempts = notice.attempts + 1
    try {
      const error = await notifier.send(target, { id, body, at: clock.now() }).then(() => undefined, (reason: unknown) => reason)
      const again = error !== undefined && isAppError(error) && error.retryable && attempts < MOST_ATTEMPTS
      const text = error === undefined ? undefined : error instanceof Error ? error.message : 'It could not be sent'
      await store.settleNotice(notice, { ruleId, url: target.url, at: clock.now(), attempts, final: !again, ...(text !== undefined && { error: text }) }, again ? clock.now() + pauseAfter(attempts) : undefined)
      if (text !== undefined) logger({ level: again ? 'WARNING' : 'ERROR', component: 'alerts', category: 'system', message: `A notice was not delivered${again ? ' and is tried again' : ''}: ${text}`, data: { ruleId, notice: id, attempts } })
      onSettled()
    } finally {
      busy.delete(target.url)
    }
  }

  /** Sends what is due, and makes an appointment for what comes next. */
  async function pass(): Promise<void> {
    if (stopped) return
    // D1. What is under way while the store is read may read as not delivered: it is left to the pass that follows it.
    const taken = new Set(busy)
    const notices = await store.notices()
    const heads = new Map<string, Notice>()
    for (const notice of notices.toSorted((a, b) => (a.id < b.id ? -1 : 1))) if (!taken.has(notice.target.url) && !heads.has(notice.target.url)) heads.set(notice.target.url, notice)
    wake?.()
    wake = undefined
    const next = Math.min(...[...heads.values()].map((notice) => notice.dueAt).filter((at) => at > clock.now()))
    if (Number.isFinite(next)) wake = clock.wakeAt(next, run)
    for (const notice of heads.values()) {
      if (notice.dueAt > clock.now()) continue
      busy.add(notice.target.url)
      void attempt(notice).then(run, troubled)
    }
  }

  function run(): void {
    passing = passing.then(pass).catch(troubled)
  }

  /** The notices stay in the store: the next look comes back to them. */
  function troubled(error: unknown): void {
    logger({ level: 'ERROR', component: 'alerts', category: 'system', message: `Notices wait for the store: ${error instanceof Error ? error.message : String(error)}` })
  }

  return {
    run,
    stop(): void {
      stopped = true
      wake?.()
    },
  }
}
