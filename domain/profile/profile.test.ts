import fc from 'fast-check'
import { expect, test } from 'vitest'
import { busyOf, flameOf, hotFunctions, type FlameNode, type RecordedCall } from './profile'

const call = (name: string, own: number, ...calls: RecordedCall[]): RecordedCall => ({ name, place: name.startsWith('(') ? '' : `${name}.ts:1`, own, calls })

test('the hottest function is the one that took most itself, however it was called', () => {
  const root = call('(root)', 0, call('(idle)', 500), call('serve', 10, call('parse', 200), call('fold', 50)), call('tick', 5, call('parse', 100)))
  expect(hotFunctions(root, 1_000).map(({ name, own, all, score, verdict }) => ({ name, own, all, score, verdict }))).toEqual([
    { name: 'parse', own: 300, all: 300, score: 30, verdict: 'bottleneck' },
    { name: 'fold', own: 50, all: 50, score: 5, verdict: 'warm' },
    { name: 'serve', own: 10, all: 260, score: 1, verdict: 'fine' },
    { name: 'tick', own: 5, all: 105, score: 0.5, verdict: 'fine' },
  ])
  expect(busyOf(root)).toBe(365)
})

test('a function that calls itself is counted once for each stretch', () => {
  const root = call('(root)', 0, call('walk', 1, call('walk', 2, call('leaf', 4), call('walk', 8))))
  expect(hotFunctions(root, 100)).toMatchObject([{ name: 'walk', own: 11, all: 15 }, { name: 'leaf', own: 4, all: 4 }])
})

test('the same call from the same place is drawn once, idle time not at all, and what cannot be seen is left out', () => {
  const flame = flameOf(call('(root)', 0, call('(idle)', 1e6), call('serve', 10_000, call('a', 1), call('b', 500)), call('serve', 20, call('b', 700))))
  expect(flame.calls.map(({ name, own, all }) => ({ name, own, all }))).toEqual([{ name: 'serve', own: 10_020, all: 11_221 }])
  expect(flame.calls[0]!.calls.map(({ name, all }) => ({ name, all }))).toEqual([{ name: 'b', all: 1_200 }])
})

test('no part of a flame is larger than what holds it, and all of it is what was busy', () => {
  const { tree } = fc.letrec<{ tree: RecordedCall }>((tie) => ({
    tree: fc.record({ name: fc.constantFrom('a', 'b', 'c', '(idle)'), place: fc.constant(''), own: fc.nat(100), calls: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 4 })) }),
  }))
  const holds = (node: FlameNode): void => {
    expect(node.own + node.calls.reduce((sum, inner) => sum + inner.all, 0)).toBeLessThanOrEqual(node.all)
    node.calls.forEach(holds)
  }
  fc.assert(fc.property(fc.array(tree, { maxLength: 5 }), (calls) => {
    const root = call('(root)', 0, ...calls)
    const flame = flameOf(root)
    holds(flame)
    for (const hot of hotFunctions(root, busyOf(root))) expect(hot.all).toBeGreaterThanOrEqual(hot.own)
  }))
})
