import { io, type Socket } from 'socket.io-client'
import { createTopicInbox, type TopicInbox } from './live-topics'

export type ConnectionState = 'connecting' | 'live' | 'lost'

export type TopicListener = {
  /** Where the listener stands in the topic's log; left out, only what comes from now on. */
  after?: number
  /** How large values of a run come; left out, whole. */
  outputs?: 'reference'
  /** At most once per animation frame. */
  onEvents: (events: unknown[]) => void
  /** Read the log again from where you stand, then call `resumeAt` of the subscription. */
  onReload?: () => void
}
export type Subscription = { stop: () => void; resumeAt: (place: number) => void }

type Entry = TopicListener & { topic: string; inbox: TopicInbox }

let socket: Socket | undefined
let state: ConnectionState = 'connecting'
const entries = new Set<Entry>()
const watchers = new Set<() => void>()
let frame: (() => void) | undefined

/** Joins a topic over the page's one connection. Reconnects say `after`, so nothing is missed or repeated. */
export function subscribeTopic(topic: string, listener: TopicListener): Subscription {
  const entry: Entry = { ...listener, topic, inbox: createTopicInbox({ after: listener.after, dense: topic.startsWith('run:') }) }
  entries.add(entry)
  const connection = connect()
  if (connection.connected) join(entry)
  return {
    stop: () => {
      entries.delete(entry)
      if (![...entries].some((other) => other.topic === topic)) socket?.emit('unsubscribe', { topic })
    },
    resumeAt: (place) => {
      entry.inbox.moveTo(place)
      if (socket?.connected) join(entry)
    },
  }
}

export function connectionState(): ConnectionState {
  return state
}

/** For useSyncExternalStore. */
export function watchConnection(watcher: () => void): () => void {
  watchers.add(watcher)
  connect()
  return () => watchers.delete(watcher)
}

function connect(): Socket {
  if (socket) return socket
  socket = io({ path: '/live', transports: ['websocket', 'polling'], reconnectionDelay: 500, reconnectionDelayMax: 3_000 })
  socket.on('connect', () => {
    become('live')
    for (const entry of entries) join(entry)
  })
  socket.on('disconnect', () => become('lost'))
  socket.on('connect_error', () => become('lost'))
  socket.on('frame', ({ topic, events }: { topic: string; events: unknown[] }) => {
    for (const entry of entries) {
      if (entry.topic !== topic) continue
      if (entry.inbox.push(events) === 'gap') entry.onReload?.()
    }
    flushSoon()
  })
  socket.on('reload', ({ topic }: { topic: string }) => {
    for (const entry of entries) if (entry.topic === topic) entry.onReload?.()
  })
  return socket
}

function join(entry: Entry): void {
  socket?.emit('subscribe', { topic: entry.topic, ...(entry.inbox.after !== undefined && { after: entry.inbox.after }), ...(entry.outputs && { outputs: entry.outputs }) })
}

function become(next: ConnectionState): void {
  if (state === next) return
  state = next
  for (const watcher of watchers) watcher()
}

function flushSoon(): void {
  if (frame) return
  const flush = () => {
    frame?.()
    frame = undefined
    for (const entry of entries) {
      const events = entry.inbox.drain()
      if (events.length > 0) entry.onEvents(events)
    }
  }
  // A hidden tab draws no frames: the timer keeps what has gathered small there.
  const drawn = requestAnimationFrame(flush)
  const late = setTimeout(flush, 250)
  frame = () => {
    cancelAnimationFrame(drawn)
    clearTimeout(late)
  }
}
