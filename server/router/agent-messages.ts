/**
 * Messages between the agents of a workflow, in memory.
 * M1. A queue hands messages out in the order they came; one that has expired is never handed out.
 * M2. A message is taken by reading it. Read with a lease, it comes back when the lease ends unacknowledged.
 * M3. Queues are bounded, each and all together; what does not fit is refused, nothing is dropped silently.
 */
import type { Clock } from '../ports/clock'
import type { Ids } from '../ports/ids'

export type MessageType = 'data' | 'signal' | 'query' | 'response'
export type AgentMessage = { id: string; source: string; type: MessageType; payload: Record<string, unknown>; sentAt: number }
type Kept = AgentMessage & { expiresAt: number; leasedUntil: number }
type Queue = { kept: Kept[]; waiters: Set<() => void> }

export type AgentMessages = ReturnType<typeof createAgentMessages>

const LEASE_MS = 30_000
/** A sweep looks at every queue. */
const SWEEP_MS = 1_000

export function createAgentMessages({ clock, ids, maxQueued = 1_000, maxQueues = 10_000 }: { clock: Clock; ids: Ids; maxQueued?: number; maxQueues?: number }) {
  const queues = new Map<string, Queue>()
  let sweptAt = -Infinity
  const counts = { sent: 0, received: 0, expired: 0 }

  const keyOf = (workflow: string, agent: string): string => `${workflow}:${agent}`

  function dropExpired(queue: Queue): void {
    const now = clock.now()
    const before = queue.kept.length
    queue.kept = queue.kept.filter((message) => message.expiresAt > now)
    counts.expired += before - queue.kept.length
  }

  function dropIfEmpty(key: string, queue: Queue): void {
    if (queue.kept.length === 0 && queue.waiters.size === 0) queues.delete(key)
  }

  /** For another queue: where all are taken, those that nobody read in time go. */
  function hasRoom(): boolean {
    if (queues.size >= maxQueues && clock.now() - sweptAt >= SWEEP_MS) {
      sweptAt = clock.now()
      for (const [key, queue] of queues) {
        dropExpired(queue)
        dropIfEmpty(key, queue)
      }
    }
    return queues.size < maxQueues
  }

  function take(queue: Queue, max: number, lease: boolean): { messages: AgentMessage[]; hasMore: boolean } {
    dropExpired(queue)
    const now = clock.now()
    const free = queue.kept.filter((message) => message.leasedUntil <= now)
    const taken = free.slice(0, max)
    if (lease) {
      for (const message of taken) message.leasedUntil = now + LEASE_MS
      if (taken.length > 0) clock.wakeAt(now + LEASE_MS, () => wake(queue))
    } else {
      const gone = new Set(taken)
      queue.kept = queue.kept.filter((message) => !gone.has(message))
    }
    counts.received += taken.length
    return { messages: taken.map(({ id, source, type, payload, sentAt }) => ({ id, source, type, payload, sentAt })), hasMore: free.length > taken.length }
  }

  function wake(queue: Queue): void {
    for (const waiter of [...queue.waiters]) waiter()
  }

  return {
    /** @returns `full` when the agent's queue, or the whole house, has no room */
    send(workflow: string, { to, from, type, payload, ttlMs }: { to: string; from: string; type: MessageType; payload: Record<string, unknown>; ttlMs: number }): AgentMessage | 'full' {
      const key = keyOf(workflow, to)
      const queue = queues.get(key) ?? { kept: [], waiters: new Set() }
      dropExpired(queue)
      if (queue.kept.length >= maxQueued || (!queues.has(key) && !hasRoom())) return 'full'
      queues.set(key, queue)
      const now = clock.now()
      const message: Kept = { id: ids.next('msg'), source: from, type, payload, sentAt: now, expiresAt: now + ttlMs, leasedUntil: 0 }
      queue.kept.push(message)
      counts.sent += 1
      wake(queue)
      return message
    },
    /** Waits for the first message up to `timeoutMs`, also where there is no queue yet. Ends early when the reader leaves. */
    async receive(workflow: string, agent: string, { timeoutMs, max, lease }: { timeoutMs: number; max: number; lease: boolean }, signal: AbortSignal): Promise<{ messages: AgentMessage[]; hasMore: boolean }> {
      const key = keyOf(workflow, agent)
      const until = clock.now() + timeoutMs
      for (;;) {
        const queue = queues.get(key) ?? { kept: [], waiters: new Set<() => void>() }
        const found = take(queue, max, lease)
        if (found.messages.length > 0 || signal.aborted || clock.now() >= until) {
          dropIfEmpty(key, queue)
          return found
        }
        queues.set(key, queue)
        await new Promise<void>((resolve) => {
          const done = (): void => {
            queue.waiters.delete(done)
            cancel()
            signal.removeEventListener('abort', done)
            resolve()
          }
          const cancel = clock.wakeAt(until, done)
          signal.addEventListener('abort', done, { once: true })
          queue.waiters.add(done)
        })
      }
    },
    /** @returns how many of them were leased and are done now */
    acknowledge(workflow: string, agent: string, given: readonly string[]): number {
      const key = keyOf(workflow, agent)
      const queue = queues.get(key)
      if (!queue) return 0
      const done = new Set(given)
      const before = queue.kept.length
      queue.kept = queue.kept.filter((message) => !(done.has(message.id) && message.leasedUntil > 0))
      const count = before - queue.kept.length
      dropIfEmpty(key, queue)
      return count
    },
    forget(workflow: string): void {
      for (const [key, queue] of queues) {
        if (!key.startsWith(`${workflow}:`)) continue
        queue.kept = []
        wake(queue)
        dropIfEmpty(key, queue)
      }
    },
    stats() {
      for (const queue of queues.values()) dropExpired(queue)
      const sizes = Object.fromEntries([...queues].filter(([, queue]) => queue.kept.length > 0).map(([key, queue]) => [key, queue.kept.length]))
      return { queues: Object.keys(sizes).length, ...counts, sizes, maxQueued, pending: Object.values(sizes).reduce((sum, size) => sum + size, 0) }
    },
  }
}
