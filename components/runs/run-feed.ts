import type { Graph } from '@/domain/graph/graph'
import type { RunEvent } from '@/domain/run/run-event'
import { api, readNdjson } from '@/components/live/api-client'
import { subscribeTopic, type Subscription } from '@/components/live/live-connection'
import { asProblem } from '@/components/live/problem-error'
import { runGraphPath, runLogPath } from './run-paths'
import { createRunStore, type RunStore } from './run-store'
import { runEventOfLine } from '@/wire/runs'

/** Events of a log that is being read that are folded together: each fold makes the table of steps anew. */
const APPENDED_AT_ONCE = 5_000

/**
 * Fills a run's store: the frozen graph, the log so far, then what is appended from now on. Large values come as references.
 * The live connection only ever adds to the log; after a gap or `reload` the log itself is read again.
 */
export function openRun(runId: string): { store: RunStore; close: () => void } {
  const store = createRunStore(() => Date.now())
  const stopped = new AbortController()
  const { signal } = stopped
  let subscription: Subscription | undefined

  async function readLog() {
    let gathered: RunEvent[] = []
    for await (const lines of readNdjson(runLogPath(runId, store.timeline.headSeq), signal)) {
      for (const line of lines) gathered.push(runEventOfLine(line))
      if (gathered.length < APPENDED_AT_ONCE) continue
      store.append(gathered)
      gathered = []
    }
    store.append(gathered)
  }

  async function load() {
    const [{ graph }] = await Promise.all([api.get<{ graph: Graph }>(runGraphPath(runId), { signal }), readLog()])
    if (signal.aborted) return
    store.load({ kind: 'ready' }, graph)
    subscription = subscribeTopic(`run:${runId}`, {
      after: store.timeline.headSeq,
      outputs: 'reference',
      onEvents: (events) => store.append(events.map(runEventOfLine)),
      onReload: () => void catchUp(),
    })
  }

  async function catchUp() {
    try {
      await readLog()
    } catch {
      // The server is away: the reconnect asks again with the same place.
    }
    if (!signal.aborted) subscription?.resumeAt(store.timeline.headSeq)
  }

  load().catch((error: unknown) => {
    if (!signal.aborted) store.load({ kind: 'failed', problem: asProblem(error) })
  })

  return {
    store,
    close: () => {
      stopped.abort()
      subscription?.stop()
    },
  }
}
