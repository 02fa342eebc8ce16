import type { KeptSnapshot } from '@/domain/run/decide-run'
import type { RunId } from '@/domain/run/run-event'

/** What a person asks of a run that is at work in another process. */
export type PersonCommand = { do: 'cancel'; by: string } | { do: 'note-snapshot'; snapshot: KeptSnapshot } | { do: 'answer'; key: string; decision: 'approve' | 'reject'; comment: string; by: string }

export type CommandOutcome = { ok: true } | { ok: false; error: { code: string; message: string; hint: string } }

/** Commands left for the process that works on a run. One that nobody has settled stays, and is carried out by the next owner. */
export type RunCommands = {
  leave(id: string, runId: RunId, command: PersonCommand, now: number): Promise<void>
  /** Those of these runs that nobody has settled, in the order they were left. */
  pending(runIds: readonly RunId[]): Promise<{ id: string; runId: RunId; command: PersonCommand }[]>
  /** The first outcome stays. */
  settle(id: string, outcome: CommandOutcome): Promise<void>
  /** @returns undefined while nobody has settled it */
  outcome(id: string): Promise<CommandOutcome | undefined>
}
