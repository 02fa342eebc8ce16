import { LRUCache } from 'lru-cache'
import type { RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import type { Signals } from '@/server/ports/signals'

/** Runs of which the last seq told is kept. */
const KNOWN_RUNS = 10_000
/** How often the log is asked after runs of which nothing was heard, and after how many of them at once. */
const LOOK_MS = 5_000
const LOOK_RUNS = 100

const ENDS = new Set(['run.completed', 'run.failed', 'run.cancelled'])

/**
 * The feed of all processes on one store: what another appended is read from the log when its signal comes.
 * S1. Listeners hear the events of a run in order, each once, whoever appended them.
 * S2. They hear them also when whoever appended died before it could say so.
 */
export function createSharedFeed({ local, log, signals, clock, onError }: { local: RunFeed; log: Pick<RunLog, 'read'>; signals: Signals; clock: Clock; onError: (error: unknown) => void }): RunFeed & { stop(): void } {
  const told = new LRUCache<string, number>({ max: KNOWN_RUNS })
  const reading = new Map<string, Promise<void>>()
  /** Runs that have not ended, the one longest unheard of first. */
  const open = new Set<string>()
  let quiet = new Set<string>()

  function tell(runId: string, events: Parameters<RunFeed['publish']>[1]): void {
    const last = told.get(runId) ?? 0
    const news = events.filter((event) => event.seq > last)
    if (news.length === 0) return
    told.set(runId, news.at(-1)!.seq)
    open.delete(runId)
    quiet.delete(runId)
    if (!ENDS.has(news.at(-1)!.type)) open.add(runId)
    local.publish(runId, news)
  }

  /** One after the other for a run. */
  function catchUp(runId: string, from: number, to: number): void {
    const turn = (reading.get(runId) ?? Promise.resolve()).then(async () => {
      const after = told.get(runId) ?? from
      if (after < to) tell(runId, await log.read(runId as RunId, after))
    }).catch(onError).finally(() => {
      if (reading.get(runId) === turn) reading.delete(runId)
    })
    reading.set(runId, turn)
  }

  function look(): void {
    for (const runId of quiet) catchUp(runId, told.get(runId) ?? 0, Infinity)
    // Those that stay unheard of until the next look are asked after then.
    quiet = new Set([...open].slice(0, LOOK_RUNS))
    for (const runId of quiet) (open.delete(runId), open.add(runId))
    due = clock.wakeAt(clock.now() + LOOK_MS, look)
  }
  let due = clock.wakeAt(clock.now() + LOOK_MS, look)

  const unsubscribe = signals.subscribe((signal) => {
    if (signal.kind === 'run.moved') catchUp(signal.runId, signal.from, signal.to)
    if (signal.kind === 'missed') for (const [runId, seq] of told.entries()) catchUp(runId, seq, Infinity)
  })

  return {
    publish(runId, events) {
      const [first, last] = [events[0], events.at(-1)]
      if (!first || !last) return
      signals.send({ kind: 'run.moved', runId, from: first.seq - 1, to: last.seq })
      // What another process appended before is told before.
      if (reading.has(runId) || (told.get(runId) ?? first.seq - 1) < first.seq - 1) return catchUp(runId, first.seq - 1, last.seq)
      tell(runId, events)
    },
    subscribe: local.subscribe,
    stop() {
      due()
      unsubscribe()
    },
  }
}
