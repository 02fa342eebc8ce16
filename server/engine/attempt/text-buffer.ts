import type { Clock } from '@/server/ports/clock'

/** Longest stretch of generation one `step.output` event holds, in ms (contract: run events). */
const PIECE_MS = 100

/** Gathers streamed text into pieces, so that the log holds tens of events for an answer and not a thousand. */
export function createTextBuffer(clock: Clock, emit: (text: string) => void) {
  let text = ''
  let cancel: (() => void) | undefined
  const flush = () => {
    cancel?.()
    cancel = undefined
    if (text === '') return
    const piece = text
    text = ''
    emit(piece)
  }
  return {
    add(more: string) {
      text += more
      cancel ??= clock.wakeAt(clock.now() + PIECE_MS, flush)
    },
    flush,
  }
}
