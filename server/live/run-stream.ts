import type { Socket } from 'socket.io'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import type { Clock } from '@/server/ports/clock'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { FRAME_MS } from '@/wire/live'
import { runEventLine } from '@/wire/runs'
import { isTooSlow } from './slow-guard'

type Deps = { feed: RunFeed; runLog: RunLog; clock: Clock }

/** Events read and sent at once while a client catches up. */
const PAGE = 500
/** Events that may wait for the next frame, or for the end of catching up. */
const MAX_WAITING = 5_000

/**
 * One client's ear on one run. See L1 to L3 of live-server.ts.
 * @param after the seq the client has; undefined: only what comes from now on
 * @returns how to stop
 */
export function openRunStream({ feed, runLog, clock }: Deps, socket: Socket, runId: RunId, after: number | undefined): () => void {
  const topic = `run:${runId}`
  let cursor = after
  let waiting: RunEvent[] = []
  let catchingUp = after !== undefined
  let due: (() => void) | undefined
  let open = true

  const stopFeed = feed.subscribe(runId, (_runId, events) => {
    for (const event of events) waiting.push(event)
    if (waiting.length > MAX_WAITING || isTooSlow(socket)) return giveUp()
    if (!catchingUp) due ??= clock.wakeAt(clock.now() + FRAME_MS, flush)
  })

  function stop(): void {
    open = false
    stopFeed()
    due?.()
    waiting = []
  }

  function giveUp(): void {
    if (!open) return
    stop()
    socket.emit('reload', { topic })
  }

  function flush(): void {
    due = undefined
    if (!open) return
    const fresh = cursor === undefined ? waiting : waiting.filter((event) => event.seq > cursor!)
    waiting = []
    send(fresh)
  }

  function send(events: readonly RunEvent[]): void {
    const last = events.at(-1)
    if (last === undefined) return
    cursor = last.seq
    socket.emit('frame', { topic, events: events.map(runEventLine) })
  }

  async function catchUp(from: number): Promise<void> {
    for (let place = from; open; ) {
      const page = await runLog.read(runId, place, PAGE)
      if (!open) return
      if (isTooSlow(socket)) return giveUp()
      send(page)
      if (page.length < PAGE) break
      place = page.at(-1)!.seq
    }
    catchingUp = false
    flush()
  }

  if (after !== undefined) catchUp(after).catch(giveUp)
  return stop
}
