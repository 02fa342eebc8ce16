import type { EpochMs } from '@/domain/json'

/** Starts runs of a workflow by HTTP. */
export type Hook = {
  id: string
  workflowId: string
  name: string
  /** Null: the newest published version, or the draft where none is published. */
  version: number | 'draft' | null
  priority: number
  /** SHA-256 of the secret, hex. It proves a bearer, and is the key of signatures; it never leaves the server again. */
  secretHash: string
  /** The secret's last letters, for telling one from another. */
  secretEnd: string
  enabled: boolean
  /** How long a call waits for the run's output; 0: it is answered at once. */
  waitMs: number
  perMinute: number
  maxBytes: number
  createdAt: EpochMs
  updatedAt: EpochMs
}

/** One call of a hook, and how it was answered. */
export type Delivery = {
  id: string
  hookId: string
  /** What the sender calls it. */
  deliveryId: string | null
  receivedAt: EpochMs
  bytes: number
  /** Of HTTP. */
  status: number
  /** Why it was refused. */
  code: string | null
  message: string | null
  runId: string | null
}

/** Names the run of a delivery: however often it is sent, there is one. */
export function deliveryKey(hookId: string, deliveryId: string): string {
  return `hook/${hookId}/${deliveryId}`
}
