import type { RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { FRAME_MS } from '@/wire/live'
import { runSummaryBody, type RunSummaryBody } from '@/wire/runs'

/** Tells the list of runs what changed: the newest row of every run whose own state moved, together. */
export function createRunsBroadcast({ feed, runLog, clock }: { feed: RunFeed; runLog: RunLog; clock: Clock }, send: (rows: RunSummaryBody[]) => void) {
  const changed = new Set<RunId>()
  let due: (() => void) | undefined

  async function flush(): Promise<void> {
    due = undefined
    const ids = [...changed]
    changed.clear()
    const rows = await Promise.all(ids.map((id) => runLog.find(id)))
    const known = rows.flatMap((row) => (row ? [runSummaryBody(row)] : []))
    if (known.length > 0) send(known)
  }

  const stopFeed = feed.subscribe(undefined, (runId, events) => {
    if (!events.some((event) => event.type.startsWith('run.'))) return
    changed.add(runId as RunId)
    // The list is read again on its next refresh if the store fails here.
    due ??= clock.wakeAt(clock.now() + FRAME_MS, () => void flush().catch(() => undefined))
  })

  return {
    stop(): void {
      stopFeed()
      due?.()
    },
  }
}
