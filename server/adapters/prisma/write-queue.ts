/**
 * One write at a time on the writing connection.
 *
 * W1. The SQLite adapter has one connection: a statement sent while a transaction is open would join it, be answered
 *     before the commit, and vanish with a rollback. So nothing else is sent while a write is under way.
 * W2. Reads go over a connection of their own and see only what is committed.
 */
export type WriteQueue = <T>(write: () => Promise<T>) => Promise<T>

export function createWriteQueue(): WriteQueue {
  let last: Promise<unknown> = Promise.resolve()
  return (write) => {
    const result = last.then(write)
    last = result.catch(() => undefined)
    return result
  }
}
