/**
 * Who edits which draft. A frame says only that a revision is there; what was done, the page asks by HTTP.
 * D1. Nobody hears of a draft that they may not read.
 * D2. Whoever joins is told of a revision that they do not have, also of one that came while they were let in.
 * D3. At most one frame a draft in FRAME_MS: of several revisions the newest.
 */
import { isAppError } from '@/domain/error'
import type { Clock } from '@/server/ports/clock'
import type { DraftFeed } from '@/server/ports/draft-feed'
import { FRAME_MS, type Frame } from '@/wire/live'
import type { LiveClient } from './run-rooms'

type Deps = {
  drafts: DraftFeed
  /** @throws {AppError} there is none, or none that this person may read */
  revisionOf: (workflowId: string) => Promise<number>
  clock: Clock
  tell: (frame: Frame) => void
}
type Room = { clients: number; /** The newest heard of. */ revision: number }

export const draftTopic = (workflowId: string) => `workflow:${workflowId}`
const frameOf = (workflowId: string, revision: number): Frame => ({ topic: draftTopic(workflowId), events: [{ seq: revision }] })

export function createDraftRooms({ drafts, revisionOf, clock, tell }: Deps) {
  const rooms = new Map<string, Room>()
  const waiting = new Set<string>()
  let due: (() => void) | undefined

  function flush(): void {
    due = undefined
    for (const id of waiting) {
      const room = rooms.get(id)
      if (room) tell(frameOf(id, room.revision))
    }
    waiting.clear()
  }

  function moved(id: string, revision: number): void {
    const room = rooms.get(id)
    if (!room || revision <= room.revision) return
    room.revision = revision
    waiting.add(id)
    due ??= clock.wakeAt(clock.now() + FRAME_MS, flush)
  }

  const stopFeed = drafts.subscribe({
    moved,
    // A draft that cannot be asked after now is told of with its next revision.
    missed: () => rooms.forEach((_, id) => void revisionOf(id).then((revision) => moved(id, revision), () => undefined)),
  })

  return {
    /**
     * @param after the revision the client has
     * @param answer with why it was refused, or undefined
     * @returns how to stop
     */
    join(client: Pick<LiveClient, 'send' | 'enter' | 'leave'>, id: string, after: number | undefined, answer: (code: string | undefined) => void): () => void {
      const room = rooms.get(id) ?? { clients: 0, revision: 0 }
      rooms.set(id, room)
      room.clients += 1
      let open = true
      const stop = (): void => {
        if (!open) return
        open = false
        client.leave(draftTopic(id))
        room.clients -= 1
        if (room.clients === 0) rooms.delete(id)
      }
      revisionOf(id).then((revision) => {
        answer(undefined)
        if (!open) return
        client.enter(draftTopic(id))
        room.revision = Math.max(room.revision, revision)
        if (after === undefined || room.revision > after) client.send(frameOf(id, room.revision))
      }, (error: unknown) => {
        stop()
        answer(isAppError(error) ? error.code : 'UNAVAILABLE')
      })
      return stop
    },
    stop(): void {
      stopFeed()
      due?.()
    },
  }
}
