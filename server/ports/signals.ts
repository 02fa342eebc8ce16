/**
 * A word to the other processes on the same store: at once, but without a promise that it arrives. What it is about is
 * in the store, and whoever has to know looks there from time to time, too.
 */
export type Signal =
  | { kind: 'run.queued'; runId: string }
  /** Events after `from` up to `to` are in the log. */
  | { kind: 'run.moved'; runId: string; from: number; to: number }
  | { kind: 'workflow.paused' }
  /** The draft is at that revision. */
  | { kind: 'draft.moved'; workflowId: string; revision: number }
  /** Runs of other processes than the sender's were given places. */
  | { kind: 'places.moved' }
  | { kind: 'command.left'; runId: string }
  | { kind: 'command.settled'; id: string }
  /** Told here alone: others may have spoken meanwhile, unheard. */
  | { kind: 'missed' }

export type Signals = {
  send(signal: Exclude<Signal, { kind: 'missed' }>): void
  /** What others send; never one's own. @returns how to stop */
  subscribe(listener: (signal: Signal) => void): () => void
}
