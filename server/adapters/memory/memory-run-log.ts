import type { Graph } from '@/domain/graph/graph'
import { withRefs } from '@/domain/run/large-value'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import { FINISHED } from '@/domain/run/run-state'
import type { Clock } from '@/server/ports/clock'
import { graphHash } from '@/server/ports/graph-hash'
import { partLarge } from '@/server/ports/large-values'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'
import { RunConflict, type KeyClaim, type RunLog, type RunSummary } from '@/server/ports/run-log'
import { sameSummary, summaryOf } from '@/server/ports/run-summary'

export type MemoryRunLog = RunLog & {
  /** What retention needs beside the port. */
  runs(): RunSummary[]
  forget(runId: RunId): void
}

/** A run log for tests and benches; everything is lost with the process. */
export function createMemoryRunLog({ clock }: { clock: Pick<Clock, 'now'> }): MemoryRunLog {
  const graphs = new Map<string, Graph>()
  const events = new Map<string, RunEvent[]>()
  const runs = new Map<string, RunSummary>()
  const keys = new Map<string, KeyClaim>()

  const slice = (runId: RunId, after = 0, limit?: number) => (events.get(runId) ?? []).slice(after, limit === undefined ? undefined : after + limit)

  return {
    saveGraph: async (graph) => {
      const hash = graphHash(graph)
      if (!graphs.has(hash)) graphs.set(hash, structuredClone(graph))
      return hash
    },
    loadGraph: async (hash) => graphs.get(hash),

    append: async (runId, facts, expectedSeq, after) => {
      // A turn of the loop, as a real store takes one: what was wrong about ordering shows in tests, too.
      await Promise.resolve()
      const log = events.get(runId) ?? []
      if (log.length !== expectedSeq) throw new RunConflict(runId, expectedSeq)
      if (facts.length === 0) return []
      const recordedAt = Math.max(clock.now(), log.at(-1)?.recordedAt ?? 0)
      const added = facts.map((fact, index): RunEvent => structuredClone({ ...fact, seq: expectedSeq + index + 1, recordedAt }))
      runs.set(runId, summaryOf(runId, after(added)))
      events.set(runId, [...log, ...added])
      return added
    },

    mend: async (runId, run) => {
      const before = runs.get(runId)
      if (!before || events.get(runId)?.length !== run.seq || sameSummary(before, summaryOf(runId, run))) return false
      runs.set(runId, summaryOf(runId, run))
      return true
    },

    read: async (runId, after, limit) => slice(runId, after, limit),
    readApart: async (runId, after, limit) =>
      slice(runId, after, limit).map((event) => {
        const parted = partLarge(event)
        return parted ? withRefs(event, parted.refs) : event
      }),
    largeValue: async (runId, hash) => slice(runId).flatMap((event) => partLarge(event)?.values ?? []).find((value) => value.hash === hash)?.json,
    find: async (runId) => runs.get(runId),

    list: async ({ workflowId, status, failure, parentRunId, cursor, limit: wanted }) => {
      const limit = pageLimit(wanted)
      const place = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = [...runs.values()]
        .filter((run) => (workflowId === undefined || run.workflowId === workflowId) && (status === undefined || run.status === status))
        .filter((run) => (failure === undefined || run.failure === failure) && (parentRunId === undefined || run.parentRunId === parentRunId))
        .filter((run) => !place || run.createdAt < place.at || (run.createdAt === place.at && run.id < place.id))
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      return pageOf(rows.slice(0, limit + 1), limit, (run) => ({ at: run.createdAt, id: run.id }))
    },

    unfinished: async () =>
      [...runs.values()].filter((run) => !FINISHED.includes(run.status)).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)).map((run) => run.id),

    ended: async (from, to, limit) =>
      [...runs.values()].filter((run) => run.finishedAt !== undefined && run.finishedAt >= from && run.finishedAt < to)
        .sort((a, b) => a.finishedAt! - b.finishedAt! || (a.id < b.id ? -1 : 1)).slice(0, limit),

    runs: () => [...runs.values()],
    forget: (runId) => {
      runs.delete(runId)
      events.delete(runId)
      for (const [name, claim] of keys) if (claim.runId === runId) keys.delete(name)
    },

    findKey: async (workflowId, key, since) => {
      const claim = keys.get(JSON.stringify([workflowId, key]))
      return claim && claim.at >= since ? claim : undefined
    },
    claimKey: async (claim, since) => {
      for (const [name, { at }] of keys) if (at < since) keys.delete(name)
      const name = JSON.stringify([claim.workflowId, claim.key])
      const earlier = keys.get(name)
      if (!earlier) keys.set(name, claim)
      return earlier ?? claim
    },
  }
}
