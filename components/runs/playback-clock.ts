import type { EpochMs } from '@/domain/json'

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const
export type Speed = (typeof SPEEDS)[number]

/** Where the playhead stands. `position` is run time; `since` is the reader's own clock. */
export type Playback = { kind: 'still'; position: EpochMs; speed: Speed } | { kind: 'playing'; from: EpochMs; since: number; speed: Speed }

export function playbackAt(playback: Playback, now: number, end: EpochMs): EpochMs {
  if (playback.kind === 'still') return playback.position
  return Math.min(end, playback.from + Math.max(0, now - playback.since) * playback.speed)
}

/** Starts to play; from the beginning again when it stands at the end. */
export function play(playback: Playback, now: number, span: { start: EpochMs; end: EpochMs }): Playback {
  const at = playbackAt(playback, now, span.end)
  return { kind: 'playing', from: at >= span.end ? span.start : Math.max(at, span.start), since: now, speed: playback.speed }
}

export function pause(playback: Playback, now: number, end: EpochMs): Playback {
  return { kind: 'still', position: playbackAt(playback, now, end), speed: playback.speed }
}

/** Jumps; what plays goes on playing from there. */
export function seek(playback: Playback, to: EpochMs, now: number): Playback {
  return playback.kind === 'still' ? { ...playback, position: to } : { ...playback, from: to, since: now }
}

/** Changes the pace without a jump. */
export function withSpeed(playback: Playback, speed: Speed, now: number, end: EpochMs): Playback {
  return playback.kind === 'still' ? { ...playback, speed } : { kind: 'playing', from: playbackAt(playback, now, end), since: now, speed }
}
