import { describe, expect, test } from 'vitest'
import { pause, play, playbackAt, seek, withSpeed, type Playback } from './playback-clock'

const span = { start: 1_000, end: 5_000 }
const still: Playback = { kind: 'still', position: 2_000, speed: 1 }

describe('the playback clock', () => {
  test('plays at its speed and stops at the end', () => {
    const playing = play({ ...still, speed: 4 }, 100, span)
    expect(playbackAt(playing, 100, span.end)).toBe(2_000)
    expect(playbackAt(playing, 600, span.end)).toBe(4_000)
    expect(playbackAt(playing, 9_000, span.end)).toBe(5_000)
  })
  test('begins again from the start when it stands at the end', () => {
    expect(playbackAt(play({ ...still, position: 5_000 }, 0, span), 10, span.end)).toBe(1_010)
  })
  test('a change of speed is no jump', () => {
    const faster = withSpeed(play(still, 0, span), 16, 100, span.end)
    expect(playbackAt(faster, 100, span.end)).toBe(2_100)
    expect(playbackAt(faster, 200, span.end)).toBe(3_700)
  })
  test('pause holds the moment, seek moves it and keeps playing', () => {
    const playing = play(still, 0, span)
    expect(pause(playing, 500, span.end)).toEqual({ kind: 'still', position: 2_500, speed: 1 })
    expect(playbackAt(seek(playing, 1_200, 500), 600, span.end)).toBe(1_300)
  })
})
