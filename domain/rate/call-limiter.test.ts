import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCallLimiter } from './call-limiter'
import { CallLimits, callLimitsOf, readRates } from './call-limits'

const rate = (name: string, requestsPerMinute: number | null, tokensPerMinute: number | null = null) => ({ name, requestsPerMinute, tokensPerMinute })
const call = (over: Partial<{ model: string; key: string; tokens: number }> = {}) => ({ model: 'm', key: 'k', tokens: 10, ...over })

describe('the text of limits', () => {
  test('names requests and tokens a minute', () => {
    expect(readRates('*=60/90000, org/llama=120/-')).toEqual([rate('*', 60, 90_000), rate('org/llama', 120)])
  })
  test.each(['m', 'm=60', 'm=0/1', 'm=-1/2', 'm=1.5/2', '=1/2', 'm=1/2,m=3/4'])('%s is none', (text) => {
    expect(readRates(text)).toBeTypeOf('string')
  })
  test('what was stored holds before what the environment says, unless it cannot be read', () => {
    const atFirst = { models: [], keys: [rate('*', 1)] }
    expect(callLimitsOf({ models: [rate('m', 2)], keys: [] }, atFirst)).toEqual({ models: [rate('m', 2)], keys: [] })
    expect(callLimitsOf({ models: 'x' }, atFirst)).toBe(atFirst)
    expect(CallLimits.safeParse({ models: [rate('m', 1), rate('m', 2)], keys: [] }).success).toBe(false)
    expect(['*', 'no-key', 'key-0123456789ab', 'sk-secret'].map((name) => CallLimits.safeParse({ models: [], keys: [rate(name, 1)] }).success)).toEqual([true, true, true, false])
  })
})

describe('a limiter', () => {
  test('takes a minute at once, then as tokens come, and says when', () => {
    const limiter = createCallLimiter({ models: [rate('m', 2)], keys: [] })
    expect([limiter.admit(call(), 0).ok, limiter.admit(call(), 0).ok]).toEqual([true, true])
    expect(limiter.admit(call(), 0)).toEqual({ ok: false, refusal: { waitMs: 30_000, of: 'model', name: 'm', kind: 'requests', perMinute: 2, line: 'm' } })
    expect([limiter.admit(call(), 29_999).ok, limiter.admit(call(), 30_000).ok]).toEqual([false, true])
  })

  test('keeps every key apart under one line, and leaves calls without a key to their own', () => {
    const limiter = createCallLimiter({ models: [], keys: [rate('*', 1)] })
    expect(['a', 'a', 'b', 'no-key', 'no-key'].map((key) => limiter.admit(call({ key }), 0).ok)).toEqual([true, false, true, true, true])
    limiter.set({ models: [], keys: [rate('no-key', 1)] })
    expect(['no-key', 'no-key'].map((key) => limiter.admit(call({ key }), 0).ok)).toEqual([true, false])
  })

  test('takes nothing from the model where the key is used up (L1)', () => {
    const limiter = createCallLimiter({ models: [rate('m', 2)], keys: [rate('a', 1)] })
    for (let i = 0; i < 5; i++) limiter.admit(call({ key: 'a' }), 0)
    expect(limiter.admit(call({ key: 'b' }), 0).ok).toBe(true)
    expect(limiter.admit(call({ key: 'b' }), 0).ok).toBe(false)
  })

  test('puts tokens right once they are counted (L2)', () => {
    const limiter = createCallLimiter({ models: [rate('m', null, 100)], keys: [] })
    const first = limiter.admit(call({ tokens: 80 }), 0)
    expect(limiter.admit(call({ tokens: 30 }), 0).ok).toBe(false)
    if (first.ok) limiter.settle(first.receipt, 20, 0)
    expect(limiter.view(0, 5)).toEqual([{ of: 'model', name: 'm', refused: 1, tokens: { perMinute: 100, left: 80 } }])
    const second = limiter.admit(call({ tokens: 80 }), 0)
    if (second.ok) limiter.settle(second.receipt, 180, 0)
    expect(limiter.admit(call({ tokens: 1 }), 60_000)).toMatchObject({ ok: false, refusal: { waitMs: 600 } })
  })

  test('lets a call that is larger than a minute through once, when nothing is owed', () => {
    const limiter = createCallLimiter({ models: [rate('m', null, 100)], keys: [] })
    expect(limiter.admit(call({ tokens: 1_000 }), 0).ok).toBe(true)
    expect(limiter.admit(call({ tokens: 1_000 }), 0)).toMatchObject({ refusal: { waitMs: 600_000 } })
    expect(limiter.admit(call({ tokens: 1_000 }), 600_000).ok).toBe(true)
  })

  test('a change of the rate forgives nothing', () => {
    const limiter = createCallLimiter({ models: [rate('m', 10)], keys: [] })
    for (let i = 0; i < 10; i++) limiter.admit(call(), 0)
    limiter.set({ models: [rate('m', 20)], keys: [] })
    expect(limiter.admit(call(), 0)).toMatchObject({ ok: false, refusal: { waitMs: 3_000 } })
  })

  test('remembers no more buckets than it may (L3)', () => {
    const limiter = createCallLimiter({ models: [rate('*', 1)], keys: [rate('*', 1)] }, 100)
    for (let i = 0; i < 10_000; i++) limiter.admit(call({ model: `m${i}`, key: `k${i}` }), i)
    expect(limiter.size()).toBe(100)
  })

  test('over any span no more is used than a minute at once and the rate since, also where estimates were wrong', () => {
    const asked = fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), tokens: fc.integer({ min: 0, max: 150 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    fc.assert(fc.property(fc.array(asked, { maxLength: 60 }), fc.integer({ min: 1, max: 100 }), (calls, perMinute) => {
      const limiter = createCallLimiter({ models: [rate('m', null, perMinute)], keys: [] })
      let now = 0
      let used = 0
      for (const { afterMs, tokens, share } of calls) {
        now += afterMs
        const admission = limiter.admit(call({ tokens }), now)
        if (!admission.ok) continue
        const actual = Math.floor(tokens * share)
        limiter.settle(admission.receipt, actual, now)
        used += actual
        // The last call may be larger than what a full bucket holds.
        expect(used).toBeLessThanOrEqual(perMinute + (now / 60_000) * perMinute + Math.max(0, tokens - perMinute) + 1)
      }
    }))
  })

  test('who waits as told is let in', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 97 }), fc.integer({ min: 1, max: 1_003 }), (sizes, requests, tokens) => {
      const limiter = createCallLimiter({ models: [rate('m', requests, tokens)], keys: [] })
      let now = 0
      for (const size of sizes) {
        const first = limiter.admit(call({ tokens: size }), now)
        if (first.ok) continue
        expect(limiter.admit(call({ tokens: size }), now + first.refusal.waitMs - 1).ok).toBe(false)
        now += first.refusal.waitMs
        expect(limiter.admit(call({ tokens: size }), now).ok).toBe(true)
      }
    }))
  })
})
