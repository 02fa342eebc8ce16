/**
 * What each topic still owes its listeners. Pure: the socket and the frame clock live in live-connection.ts.
 *
 * L1. An event with a `seq` (or a log line's `id`) reaches a listener once, in order, whatever a reconnect replays.
 * L2. A hole is never shown: the events behind it wait for the log to be read again.
 */
export type TopicInbox = {
  /** The last place handed on; what a reconnect says as `after`. */
  readonly after: number | undefined
  /** @returns 'gap' when something is missing before these events */
  push(events: readonly unknown[]): 'ok' | 'gap'
  /** What has gathered since the last call, in order. */
  drain(): unknown[]
  /** The listener now stands at `place`, by reading the log itself. */
  moveTo(place: number): void
}

export function createTopicInbox(start: { after?: number | undefined; dense: boolean }): TopicInbox {
  let after = start.after
  let gathered: unknown[] = []
  return {
    get after() {
      return after
    },
    push(events) {
      for (const event of events) {
        const place = placeOf(event)
        if (place !== undefined) {
          if (after !== undefined && place <= after) continue
          if (start.dense && after !== undefined && place > after + 1) return 'gap'
          after = place
        }
        gathered.push(event)
      }
      return 'ok'
    },
    drain() {
      const all = gathered
      gathered = []
      return all
    },
    moveTo(place) {
      after = Math.max(after ?? 0, place)
    },
  }
}

function placeOf(event: unknown): number | undefined {
  if (typeof event !== 'object' || event === null) return undefined
  if ('seq' in event && typeof event.seq === 'number') return event.seq
  if ('id' in event && typeof event.id === 'number') return event.id
  return undefined
}
