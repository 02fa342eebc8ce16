import type { Delivery, Hook } from '@/domain/trigger/hook'

export type HookChange = Partial<Omit<Hook, 'id' | 'workflowId' | 'createdAt'>>

/** Deliveries kept for each hook: so many that were taken, and so many that were refused (status 400 and above). */
export const KEPT_DELIVERIES = 30

/** Webhooks and their newest calls. They are gone with their workflow. */
export type HookStore = {
  create(hook: Hook): Promise<void>
  find(id: string): Promise<Hook | undefined>
  /** Oldest first. */
  list(workflowId: string): Promise<Hook[]>
  update(id: string, change: HookChange): Promise<Hook | undefined>
  remove(id: string): Promise<boolean>
  /** Forgets the oldest of its kind above `KEPT_DELIVERIES`. A delivery of a hook that is gone is dropped. */
  record(delivery: Delivery): Promise<void>
  /** Newest first. */
  deliveries(id: string, limit: number): Promise<Delivery[]>
}
