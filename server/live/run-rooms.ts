/**
 * Who listens to which run. See L1 to L3 of live-server.ts.
 * R1. A frame is made once, for all that listen to the run.
 * R2. A client that is behind reads from the log, page by page, and keeps nothing here meanwhile. It is let into the room once
 *     it has all that the room was told.
 * R3. A client that read further in the log than the room has heard gets only the rest of the next frames, until they are level.
 */
import type { RunEvent, RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { FRAME_MS, type Frame } from '@/wire/live'
import { runEventLine } from '@/wire/runs'

/** One client's end of the connection. */
export type LiveClient = {
  send(frame: Frame): void
  /** Tells it to read the log again by itself. */
  reload(topic: string): void
  /** Whether it takes so long to read that more must not be kept for it. */
  isTooSlow(): boolean
  /** From now on it gets what is told to all of the topic. */
  enter(topic: string): void
  leave(topic: string): void
}

type Deps = { feed: RunFeed; runLog: Pick<RunLog, 'read'>; clock: Clock; /** To all that have entered the topic. */ tell: (frame: Frame) => void }

/** Events read and sent at once while a client catches up. */
const PAGE = 500
/** Events that wait for the next frame; more go at once. */
const MAX_WAITING = 5_000

export function createRunRooms(deps: Deps) {
  const rooms = new Map<RunId, Room>()

  return {
    /**
     * @param after the seq the client has; undefined: only what comes from now on
     * @returns how to stop
     */
    join(client: LiveClient, runId: RunId, after: number | undefined): () => void {
      const room = rooms.get(runId) ?? openRoom(deps, runId, () => void rooms.delete(runId))
      rooms.set(runId, room)
      return room.join(client, after)
    },
  }
}

type Room = ReturnType<typeof openRoom>
/** `level`: it has all that was sent. */
type Place = { kind: 'behind' } | { kind: 'ahead'; cursor: number } | { kind: 'level' }

function openRoom({ feed, runLog, clock, tell }: Deps, runId: RunId, onEmpty: () => void) {
  const topic = `run:${runId}`
  /** A client may listen twice, so a listener has its own identity. */
  const listeners = new Map<{ client: LiveClient }, Place>()
  let waiting: RunEvent[] = []
  let told = 0
  let sent = 0
  let due: (() => void) | undefined

  const stopFeed = feed.subscribe(runId, (_runId, events) => {
    for (const event of events) waiting.push(event)
    told = events.at(-1)?.seq ?? told
    if (waiting.length > MAX_WAITING) return flush()
    due ??= clock.wakeAt(clock.now() + FRAME_MS, flush)
  })

  function flush(): void {
    due?.()
    due = undefined
    const lines = waiting.map(runEventLine) as (Record<string, unknown> & { seq: number })[]
    sent = told
    waiting = []
    for (const [listener, place] of listeners) if (place.kind !== 'behind' && listener.client.isTooSlow()) giveUp(listener)
    if (lines.length === 0) return
    tell({ topic, events: lines })
    for (const [listener, place] of listeners) {
      if (place.kind !== 'ahead') continue
      const rest = lines.filter((line) => line.seq > place.cursor)
      if (rest.length > 0) listener.client.send({ topic, events: rest })
      if (place.cursor <= sent) enter(listener)
    }
  }

  function enter(listener: { client: LiveClient }): void {
    listeners.set(listener, { kind: 'level' })
    listener.client.enter(topic)
  }

  function remove(listener: { client: LiveClient }): void {
    if (!listeners.delete(listener)) return
    listener.client.leave(topic)
    if (listeners.size > 0) return
    stopFeed()
    due?.()
    waiting = []
    onEmpty()
  }

  function giveUp(listener: { client: LiveClient }): void {
    if (!listeners.has(listener)) return
    remove(listener)
    listener.client.reload(topic)
  }

  async function catchUp(listener: { client: LiveClient }, from: number): Promise<void> {
    let cursor = from
    for (;;) {
      const page = await runLog.read(runId, cursor, PAGE)
      if (!listeners.has(listener)) return
      if (listener.client.isTooSlow()) return giveUp(listener)
      if (page.length > 0) listener.client.send({ topic, events: page.map(runEventLine) })
      cursor = page.at(-1)?.seq ?? cursor
      // What was sent to the others while this page was read is in the log by now.
      if (page.length < PAGE && cursor >= sent) break
    }
    settle(listener, cursor)
  }

  /** The client has all up to `cursor`, which is at least what was sent. */
  function settle(listener: { client: LiveClient }, cursor: number): void {
    if (cursor === sent) return enter(listener)
    listeners.set(listener, { kind: 'ahead', cursor })
  }

  return {
    join(client: LiveClient, after: number | undefined): () => void {
      const listener = { client }
      listeners.set(listener, { kind: 'behind' })
      if (after === undefined) settle(listener, told)
      else catchUp(listener, after).catch(() => giveUp(listener))
      return () => remove(listener)
    },
  }
}
