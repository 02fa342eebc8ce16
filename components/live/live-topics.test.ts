import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTopicInbox } from './live-topics'

const events = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({ seq: from + index }))

describe('a topic inbox', () => {
  test('L1: overlapping frames reach the listener once and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10), { maxLength: 20 }), fc.array(fc.nat(5), { maxLength: 20 }), (lengths, backs) => {
        const inbox = createTopicInbox({ after: 0, dense: true })
        const seen: unknown[] = []
        let last = 0
        lengths.forEach((length, index) => {
          const from = Math.max(1, last + 1 - (backs[index] ?? 0))
          expect(inbox.push(events(from, from + length))).toBe('ok')
          last = Math.max(last, from + length)
          if (index % 2 === 0) seen.push(...inbox.drain())
        })
        seen.push(...inbox.drain())
        expect(seen).toEqual(events(1, last))
      }),
    )
  })

  test('L2: a hole is told, and nothing behind it is handed on', () => {
    const inbox = createTopicInbox({ after: 3, dense: true })
    expect(inbox.push([{ seq: 4 }, { seq: 6 }])).toBe('gap')
    expect(inbox.drain()).toEqual([{ seq: 4 }])
    expect(inbox.after).toBe(4)
    inbox.moveTo(6)
    expect(inbox.push(events(5, 7))).toBe('ok')
    expect(inbox.drain()).toEqual([{ seq: 7 }])
  })

  test('log lines may have holes: other runs wrote them', () => {
    const inbox = createTopicInbox({ after: 1, dense: false })
    expect(inbox.push([{ id: 5 }, { id: 5 }, { id: 9 }])).toBe('ok')
    expect(inbox.drain()).toEqual([{ id: 5 }, { id: 9 }])
  })

  test('what has no place passes as it is', () => {
    const inbox = createTopicInbox({ dense: false })
    inbox.push([{ id: 'run_1' }, { id: 'run_1' }])
    expect(inbox.drain()).toHaveLength(2)
    expect(inbox.after).toBeUndefined()
  })
})
