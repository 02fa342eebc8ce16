import type { Socket } from 'socket.io'
import type { Clock } from '@/server/ports/clock'

/** Packets that may wait for one client before it counts as too slow. */
const MAX_WAITING = 200
const LOOK_MS = 1_000

/** Whether the client takes so long to read that more must not be kept for it. */
export function isTooSlow(socket: Socket): boolean {
  // engine.io keeps what the transport has not taken yet here, and marks it private.
  const { writeBuffer } = socket.conn as unknown as { writeBuffer: unknown[] }
  return writeBuffer.length > MAX_WAITING
}

/** Takes a client that reads too slowly out of a room, and tells it to read again. @returns how to stop */
export function openSlowGuard(clock: Clock, socket: Socket, topic: string): () => void {
  let stop: () => void
  const look = (): void => {
    if (isTooSlow(socket)) {
      void socket.leave(topic)
      socket.emit('reload', { topic })
      return
    }
    stop = clock.wakeAt(clock.now() + LOOK_MS, look)
  }
  stop = clock.wakeAt(clock.now() + LOOK_MS, look)
  return () => stop()
}
