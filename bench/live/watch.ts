/**
 * A process of many clients of the live connection, each as a page is one: it says where it stands, drops what it has, and
 * reads the log itself when it is told to, or finds a hole. What each was handed is summed up event by event.
 */
import { createHash } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import { createTopicInbox } from '@/components/live/live-topics'

export type WatchOrder = { do: 'open'; clients: readonly { name: string; runs: readonly string[] }[] } | { do: 'stall'; names: readonly string[] } | { do: 'wake'; names: readonly string[] } | { do: 'tell'; counts: Record<string, number> } | { do: 'lags' } | { do: 'end' }
/** `holes`: frames before which something was missing. */
export type Watched = { name: string; run: string; count: number; digest: string; reloads: number; holes: number; reconnects: number }
export type WatchAnswer = { kind: 'opened' } | { kind: 'lags'; lagsMs: number[] } | { kind: 'told'; watched: Watched[] }

type Line = { seq: number; at: string }
type Place = { run: string; inbox: ReturnType<typeof createTopicInbox>; sum: ReturnType<typeof createHash>; count: number; reloads: number; holes: number; reading: boolean }
type Client = { name: string; socket: Socket; places: Map<string, Place>; connects: number }

const PATIENCE_MS = 60_000

export function watchLive({ port }: { port: number }): void {
  const url = `http://127.0.0.1:${port}`
  const clients = new Map<string, Client>()
  let lags: number[] = []

  function open(name: string, runs: readonly string[]): Promise<void> {
    const socket = io(url, { path: '/live', transports: ['websocket'], reconnectionDelay: 500, forceNew: true })
    const places = new Map(runs.map((run): [string, Place] => [`run:${run}`, { run, inbox: createTopicInbox({ after: 0, dense: true }), sum: createHash('sha256'), count: 0, reloads: 0, holes: 0, reading: false }]))
    const client: Client = { name, socket, places, connects: 0 }
    clients.set(name, client)
    socket.on('frame', ({ topic, events }: { topic: string; events: Line[] }) => {
      const place = places.get(topic)
      if (!place) return
      if (take(place, events) === 'gap') {
        place.holes += 1
        void readLog(socket, topic, place)
      }
      // Of those who fell behind it would be how long they slept.
      if (!name.startsWith('stalls')) lags.push(Date.now() - Date.parse(events.at(-1)!.at))
    })
    socket.on('reload', ({ topic }: { topic: string }) => {
      const place = places.get(topic)
      if (!place) return
      place.reloads += 1
      void readLog(socket, topic, place)
    })
    return new Promise((resolve) => socket.on('connect', () => {
      client.connects += 1
      for (const [topic, { inbox }] of places) socket.emit('subscribe', { topic, after: inbox.after })
      resolve()
    }))
  }

  function take(place: Place, events: readonly Line[]): 'ok' | 'gap' {
    const found = place.inbox.push(events)
    for (const event of place.inbox.drain()) (place.count += 1, place.sum.update(JSON.stringify(event)))
    return found
  }

  async function readLog(socket: Socket, topic: string, place: Place): Promise<void> {
    if (place.reading) return
    place.reading = true
    const text = await (await fetch(`${url}/api/runs/${place.run}/events?after=${place.inbox.after}`)).text()
    take(place, text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line))
    place.reading = false
    socket.emit('subscribe', { topic, after: place.inbox.after })
  }

  /** Reads nothing more from its connection, as a page in a tab that is frozen. */
  function stall(names: readonly string[], asleep: boolean): void {
    for (const name of names) {
      const { engine } = clients.get(name)!.socket.io as unknown as { engine: { transport: { ws: { _socket?: { pause(): void; resume(): void } } } } }
      if (asleep) engine.transport.ws._socket?.pause()
      else engine.transport.ws._socket?.resume()
    }
  }

  async function obey(order: WatchOrder): Promise<WatchAnswer | undefined> {
    switch (order.do) {
      case 'open':
        await Promise.all(order.clients.map(({ name, runs }) => open(name, runs)))
        return { kind: 'opened' }
      case 'stall':
        return stall(order.names, true), undefined
      case 'wake':
        return stall(order.names, false), undefined
      case 'lags': {
        const lagsMs = lags
        lags = []
        return { kind: 'lags', lagsMs }
      }
      case 'tell': {
        const all = [...clients.values()].flatMap((client) => [...client.places.values()].map((place) => ({ client, place })))
        const until = Date.now() + PATIENCE_MS
        while (Date.now() < until && all.some(({ place }) => place.count < order.counts[place.run]!)) await new Promise((resolve) => setTimeout(resolve, 200))
        return { kind: 'told', watched: all.map(({ client, place: { run, count, sum, reloads, holes } }) => ({ name: client.name, run, count, digest: sum.copy().digest('hex'), reloads, holes, reconnects: client.connects - 1 })) }
      }
      case 'end':
        process.exit(0)
    }
  }
  process.on('message', (order) => void obey(order as WatchOrder).then((said) => said && process.send?.(said)))
}
