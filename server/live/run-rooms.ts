/**
 * Who listens to which run. See L1 to L3 of live-server.ts.
 * R1. A frame is made once for all that listen to the run and want its values in the same form.
 * R2. A client that is behind reads from the log, page by page, and keeps nothing here meanwhile. It is let into the room once
 *     it has all that the room was told.
 * R3. A client that read further in the log than the room has heard gets only the rest of the next frames, until they are level.
 */
import { withRefs } from '@/domain/run/large-value'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import { partLarge } from '@/server/ports/large-values'
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
  /** From now on it gets what is told to all of the room. */
  enter(room: string): void
  leave(room: string): void
}

type Deps = { feed: RunFeed; runLog: Pick<RunLog, 'read' | 'readApart'>; clock: Clock; /** To all that have entered the room. */ tell: (frame: Frame, room: string) => void }
/** How large values come: as they are, or told of. */
type Form = 'whole' | 'apart'
const FORMS: readonly Form[] = ['whole', 'apart']
type Line = Record<string, unknown> & { seq: number }

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
    join(client: LiveClient, runId: RunId, after: number | undefined, form: Form = 'whole'): () => void {
      const room = rooms.get(runId) ?? openRoom(deps, runId, () => void rooms.delete(runId))
      rooms.set(runId, room)
      return room.join(client, after, form)
    },
  }
}

type Room = ReturnType<typeof openRoom>
/** `level`: it has all that was sent. */
type Listener = { client: LiveClient; form: Form }
type Place = { kind: 'behind' } | { kind: 'ahead'; cursor: number } | { kind: 'level' }

function openRoom({ feed, runLog, clock, tell }: Deps, runId: RunId, onEmpty: () => void) {
  const topic = `run:${runId}`
  /** A client may listen twice, so a listener has its own identity. */
  const listeners = new Map<Listener, Place>()
  const roomOf = (form: Form) => (form === 'whole' ? topic : `${topic} apart`)
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
    const gathered = waiting
    sent = told
    waiting = []
    for (const [listener, place] of listeners) if (place.kind !== 'behind' && listener.client.isTooSlow()) giveUp(listener)
    if (gathered.length === 0) return
    for (const form of FORMS) tellForm(form, gathered)
  }

  function tellForm(form: Form, gathered: readonly RunEvent[]): void {
    const own = [...listeners].filter(([listener, place]) => listener.form === form && place.kind !== 'behind')
    if (own.length === 0) return
    const lines = gathered.map((event) => runEventLine(form === 'whole' ? event : apart(event)) as Line)
    tell({ topic, events: lines }, roomOf(form))
    for (const [listener, place] of own) {
      if (place.kind !== 'ahead') continue
      const rest = lines.filter((line) => line.seq > place.cursor)
      if (rest.length > 0) listener.client.send({ topic, events: rest })
      if (place.cursor <= sent) enter(listener)
    }
  }

  function enter(listener: Listener): void {
    listeners.set(listener, { kind: 'level' })
    listener.client.enter(roomOf(listener.form))
  }

  function remove(listener: Listener): void {
    if (!listeners.delete(listener)) return
    listener.client.leave(roomOf(listener.form))
    if (listeners.size > 0) return
    stopFeed()
    due?.()
    waiting = []
    onEmpty()
  }

  function giveUp(listener: Listener): void {
    if (!listeners.has(listener)) return
    remove(listener)
    listener.client.reload(topic)
  }

  async function catchUp(listener: Listener, from: number): Promise<void> {
    let cursor = from
    for (;;) {
      const page = await (listener.form === 'whole' ? runLog.read(runId, cursor, PAGE) : runLog.readApart(runId, cursor, PAGE))
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
  function settle(listener: Listener, cursor: number): void {
    if (cursor === sent) return enter(listener)
    listeners.set(listener, { kind: 'ahead', cursor })
  }

  return {
    join(client: LiveClient, after: number | undefined, form: Form): () => void {
      const listener = { client, form }
      listeners.set(listener, { kind: 'behind' })
      if (after === undefined) settle(listener, told)
      else catchUp(listener, after).catch(() => giveUp(listener))
      return () => remove(listener)
    },
  }
}

/** As `RunLog.readApart` gives it. */
function apart(event: RunEvent): RunEvent {
  const parted = partLarge(event)
  return parted ? withRefs(event, parted.refs) : event
}
