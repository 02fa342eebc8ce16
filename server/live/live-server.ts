/**
 * The live connection.
 * L1. A client that says `after` gets every event of the run behind it, once, in order: what is appended while the log is
 *     being read waits behind it.
 * L2. At most one frame per topic and client in FRAME_MS.
 * L3. Nothing is buffered without bound: a client that reads too slowly is told to reload, and hears no more until it asks again.
 * L4. Every event is checked and authorised, not only the connection.
 */
import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { FleetView } from '@/domain/route/fleet-view'
import type { RunId } from '@/domain/run/run-event'
import type { AlertWatch } from '@/server/ports/alert-watch'
import type { Clock } from '@/server/ports/clock'
import type { DraftFeed } from '@/server/ports/draft-feed'
import type { LogLine, LogStore } from '@/server/ports/log-store'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { FRAME_MS, LIVE_PATH, Subscribe, Unsubscribe, type Frame } from '@/wire/live'
import { openAlertsEvent } from '@/wire/alerts'
import type { MetricEvent } from '@/wire/samples'
import { logLineBody } from '@/wire/telemetry'
import { createDraftRooms } from './draft-rooms'
import { createMetricsBroadcast } from './metrics-broadcast'
import { createRunRooms, type LiveClient } from './run-rooms'
import { createRunsBroadcast } from './runs-broadcast'
import { isTooSlow, openSlowGuard } from './slow-guard'

export type LiveDeps = {
  server: HttpServer
  feed: RunFeed
  runLog: RunLog
  logs: LogStore
  /** @returns how to stop */
  onLogLines: (listener: (lines: readonly LogLine[]) => void) => () => void
  fleet: () => FleetView
  onFleetChange: (listener: () => void) => () => void
  drafts: DraftFeed
  /** @throws {AppError} there is no such draft to be read */
  revisionOf: (workflowId: string) => Promise<number>
  alerts: Pick<AlertWatch, 'open' | 'subscribe'>
  /** Samples of steps that had not ended by then. */
  recentSamples: (since: number) => Promise<MetricEvent[]>
  clock: Clock
  /** Whether a handshake comes from our own pages. */
  allow: (request: { headers: Record<string, string | string[] | undefined> }) => boolean
}

/** Topics a client may listen to at once. */
const MAX_TOPICS = 50
/** Lines sent to one who comes back to `logs`; further behind means reload. */
const MAX_LINES_BEHIND = 1_000

export function createLiveServer(deps: LiveDeps) {
  const io = new Server(deps.server, {
    path: LIVE_PATH, serveClient: false, maxHttpBufferSize: 16_384, cors: { origin: false },
    allowRequest: (request, answer) => answer(null, deps.allow(request)),
    // What only the browser build of the client may ask for; a topic's frames are small and frequent.
    perMessageDeflate: false,
  })
  const tell = (frame: Frame, room: string = frame.topic) => io.to(room).emit('frame', frame)
  const rooms = createRunRooms({ ...deps, tell })
  const drafts = createDraftRooms({ ...deps, tell })
  const runs = createRunsBroadcast(deps, (events) => tell({ topic: 'runs', events }))
  const metrics = createMetricsBroadcast({ clock: deps.clock, recent: deps.recentSamples, heard: () => io.sockets.adapter.rooms.has('metrics') }, (events) => tell({ topic: 'metrics', events }))
  const stops = [
    runs.stop,
    metrics.stop,
    drafts.stop,
    deps.onLogLines((lines) => tell({ topic: 'logs', events: lines.map(logLineBody) })),
    deps.onFleetChange(soon(deps.clock, () => tell({ topic: 'fleet', events: [deps.fleet()] }))),
    deps.alerts.subscribe(soon(deps.clock, () => tell({ topic: 'alerts', events: [openAlertsEvent(deps.alerts.open())] }))),
  ]

  io.on('connection', (socket) => {
    const open = new Map<string, () => void>()
    const client = clientOf(socket)
    const leave = (topic: string): void => {
      open.get(topic)?.()
      open.delete(topic)
    }
    const joinDraft = (topic: string, after: number | undefined, answer: (code: string | undefined) => void): (() => void) => {
      const guard = openSlowGuard(deps.clock, socket, topic)
      const stop = drafts.join(client, topic.slice('workflow:'.length), after, (code) => {
        // One that was refused does not count among those it may listen to.
        if (code !== undefined) leave(topic)
        answer(code)
      })
      return () => (guard(), stop())
    }
    socket.on('subscribe', (given: unknown, answer?: unknown) => {
      const asked = Subscribe.safeParse(given)
      const refused = !asked.success ? 'INVALID_TOPIC' : open.size >= MAX_TOPICS && !open.has(asked.data.topic) ? 'TOO_MANY_TOPICS' : undefined
      const tellClient = (code: string | undefined): void => {
        if (typeof answer === 'function') answer(code === undefined ? { ok: true } : { ok: false, code })
      }
      if (!asked.success || refused !== undefined) return tellClient(refused)
      const { topic, after, outputs } = asked.data
      leave(topic)
      if (topic.startsWith('workflow:')) return void open.set(topic, joinDraft(topic, after, tellClient))
      tellClient(undefined)
      open.set(topic, topic.startsWith('run:') ? rooms.join(client, topic.slice(4) as RunId, after, outputs === 'reference' ? 'apart' : 'whole') : joinRoom(deps, socket, topic, after))
    })
    socket.on('unsubscribe', (given: unknown) => {
      const asked = Unsubscribe.safeParse(given)
      if (asked.success) leave(asked.data.topic)
    })
    socket.on('disconnect', () => {
      for (const stop of open.values()) stop()
      open.clear()
    })
  })

  return {
    async close(): Promise<void> {
      for (const stop of stops) stop()
      await io.close()
    },
  }
}

function clientOf(socket: Socket): LiveClient {
  return {
    send: (frame) => void socket.emit('frame', frame),
    reload: (topic) => void socket.emit('reload', { topic }),
    isTooSlow: () => isTooSlow(socket),
    // The rooms of one process: both take effect at once.
    enter: (topic) => void socket.join(topic),
    leave: (topic) => void socket.leave(topic),
  }
}

/** L2: whatever comes within FRAME_MS is one. */
function soon(clock: Clock, act: () => void): () => void {
  let due = false
  return () => {
    if (due) return
    due = true
    clock.wakeAt(clock.now() + FRAME_MS, () => {
      due = false
      act()
    })
  }
}

/** Topics that are the same for all. */
function joinRoom(deps: LiveDeps, socket: Socket, topic: string, after: number | undefined): () => void {
  void socket.join(topic)
  const guard = openSlowGuard(deps.clock, socket, topic)
  if (topic === 'fleet') socket.emit('frame', { topic, events: [deps.fleet()] })
  if (topic === 'alerts') socket.emit('frame', { topic, events: [openAlertsEvent(deps.alerts.open())] })
  if (topic === 'logs' && after !== undefined) void sendMissedLines(deps, socket, after)
  return () => {
    guard()
    void socket.leave(topic)
  }
}

async function sendMissedLines(deps: LiveDeps, socket: Socket, after: number): Promise<void> {
  const { items, nextCursor } = await deps.logs.list({ after, limit: MAX_LINES_BEHIND }).catch(() => ({ items: [], nextCursor: null }))
  if (nextCursor !== null) socket.emit('reload', { topic: 'logs' })
  else if (items.length > 0) socket.emit('frame', { topic: 'logs', events: items.map(logLineBody) })
}
