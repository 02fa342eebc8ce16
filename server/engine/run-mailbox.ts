// M1. Commands of a run are decided one after the other, on the state that the log has acknowledged plus those before it.
// M2. Commands that arrive while an append is under way share the next append.
// M3. After RunConflict, or once stopped, nothing more is appended.
import { decideRun, type RunCommand } from '@/domain/run/decide-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import type { RunGraph } from '@/domain/run/run-graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunState } from '@/domain/run/run-state'
import type { RunFeed } from '@/server/ports/run-feed'
import type { Lease } from '@/server/ports/run-leases'
import type { RunLog } from '@/server/ports/run-log'

type Letter = { commands: readonly RunCommand[]; resolve: () => void; reject: (error: unknown) => void }

export type RunMailbox = {
  state(): RunState
  /** All or none of `commands`, in one append. @throws what `decideRun` refuses with; RunConflict */
  send(...commands: RunCommand[]): Promise<void>
  /** Nothing is appended after this. */
  close(): void
}

type Deps = { log: RunLog; feed: RunFeed; onAppended: (events: readonly RunEvent[]) => void; onLost: (error: unknown) => void }

/** The one writer of a run in this process. */
export function createRunMailbox(deps: Deps, runId: RunId, graph: RunGraph, loaded: RunState, lease?: Lease): RunMailbox {
  let state = loaded
  let letters: Letter[] = []
  let busy = false
  let closed = false

  async function pump(): Promise<void> {
    if (busy) return
    busy = true
    while (letters.length > 0 && !closed) {
      const batch = letters
      letters = []
      const { facts, kept } = decideAll(batch)
      if (facts.length === 0) {
        kept.forEach((letter) => letter.resolve())
        continue
      }
      try {
        const before = state
        const events = await deps.log.append(runId, facts, before.seq, (appended) => foldRun(before, appended), lease)
        state = foldRun(before, events)
        deps.feed.publish(runId, events)
        kept.forEach((letter) => letter.resolve())
        deps.onAppended(events)
      } catch (error) {
        closed = true
        kept.forEach((letter) => letter.reject(error))
        deps.onLost(error)
      }
    }
    busy = false
    if (closed) for (const letter of letters.splice(0)) letter.reject(new Error('The run is not driven here any more'))
  }

  function decideAll(batch: Letter[]): { facts: RunFact[]; kept: Letter[] } {
    let ahead = state
    const facts: RunFact[] = []
    const kept: Letter[] = []
    for (const letter of batch) {
      try {
        let next = ahead
        const own: RunFact[] = []
        for (const command of letter.commands) {
          const decided = decideRun(next, command, graph)
          next = foldRun(next, decided.map((fact, index) => ({ ...fact, seq: next.seq + index + 1, recordedAt: 0 })))
          own.push(...decided)
        }
        ahead = next
        facts.push(...own)
        kept.push(letter)
      } catch (refusal) {
        letter.reject(refusal)
      }
    }
    return { facts, kept }
  }

  return {
    state: () => state,
    send(...commands) {
      if (closed) return Promise.reject(new Error('The run is not driven here any more'))
      return new Promise((resolve, reject) => {
        letters.push({ commands, resolve, reject })
        void pump()
      })
    },
    close() {
      closed = true
    },
  }
}
