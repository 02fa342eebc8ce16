import type { EpochMs } from '@/domain/json'

/** How far beyond the newest event a page that watches may have counted. */
export const STEP_MS = 100

/**
 * The moment that the page shows, one for all of it: were each node to read the clock by itself, a picture of a live run
 * would hold several moments, and no replay could show it again.
 */
export type ShownMoment = {
  /** In epoch ms of the run: exact while it stands still, the next tenth of a second while it moves, so never before an event that is shown. */
  read(): EpochMs
  /** The view has changed, or time has. Whoever shows the moment is told after this. */
  update(): void
}

export function createShownMoment(position: () => EpochMs, moves: () => boolean): ShownMoment {
  let shown = 0
  return {
    read: () => shown,
    update: () => void (shown = moves() ? Math.ceil(position() / STEP_MS) * STEP_MS : position()),
  }
}
