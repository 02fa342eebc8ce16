// M1. Commands of a run are decided one after the other, on the state that the log has acknowledged plus those before it.
// M2. Commands that arrive while an append is under way share the next append.
// M3. After RunConflict, or once stopped, nothing more is appended.
// M4. The state is one object, moved on in place: who reads it sees the newest that is acknowledged. What is only tried is
//     taken back before anybody else has a turn.
import { decideRun, type RunCommand } from '@/domain/run/decide-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import type { RunGraph } from '@/domain/run/run-graph'
import { foldOnto, foldRun } from '@/domain/run/reduce-run'
import type { RunState } from '@/domain/run/run-state'
import type { RunFeed } from '@/server/ports/run-feed'
import type { Lease } from '@/server/ports/run-leases'
import type { RunLog } from '@/server/ports/run-log'

type Letter = { commands: readonly RunCommand[]; resolve: () => void; reject: (error: unknown) => void }

export type RunMailbox = {
  /** M4: not to be held for what it was. */
  state(): RunState
  /** All or none of `commands`, in one append. @throws what `decideRun` refuses with; RunConflict */
  send(...commands: RunCommand[]): Promise<void>
  /** Nothing is appended after this. */
  close(): void
}

type Deps = { log: RunLog; feed: RunFeed; onAppended: (events: readonly RunEvent[]) => void; onLost: (error: unknown) => void }

/** The one writer of a run in this process. */
export function createRunMailbox(deps: Deps, runId: RunId, graph: RunGraph, loaded: RunState, lease?: Lease): RunMailbox {
  const state: RunState = { ...loaded, steps: { ...loaded.steps } }
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
        const events = await deps.log.append(runId, facts, state.seq, stateAfter, lease)
        foldOnto(state, events)
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
    const tried: (() => void)[] = []
    const takeBack = (to: number) => tried.splice(to).reverse().forEach((undo) => undo())
    const facts: RunFact[] = []
    const kept: Letter[] = []
    for (const letter of batch) {
      const from = tried.length
      try {
        const own: RunFact[] = []
        for (const command of letter.commands) {
          const decided = decideRun(state, command, graph)
          tried.push(foldOnto(state, decided.map((fact, index) => ({ ...fact, seq: state.seq + index + 1, recordedAt: 0 }))))
          own.push(...decided)
        }
        facts.push(...own)
        kept.push(letter)
      } catch (refusal) {
        takeBack(from)
        letter.reject(refusal)
      }
    }
    takeBack(0)
    return { facts, kept }
  }

  /** What the row of the run is made of. Only one that fails is told by its steps, too. */
  function stateAfter(appended: readonly RunEvent[]): RunState {
    if (appended.some(({ type }) => type === 'run.failed')) return foldRun(state, appended)
    const takeBack = foldOnto(state, appended)
    const after = { ...state }
    takeBack()
    return after
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
