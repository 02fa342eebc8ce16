import type { Call, Callee } from '@/domain/graph/called-workflows'

/** A workflow ready to be run by a step of another: its graph is frozen under its hash. */
export type FrozenCallee = Callee & { version: number | 'draft'; graphHash: string }

/**
 * The version named, else the newest published one, else the draft.
 * @throws {AppError} there is none, or it cannot run
 */
export type FindCallee = (call: Call) => Promise<FrozenCallee>
