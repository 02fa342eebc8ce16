import { expect, test } from 'vitest'
import { policies } from '@/domain/route/policies'
import { arrivalsOf } from './arrivals'
import { knownBlocksOf } from './known-blocks'
import { simulate, type Result } from './virtual-fleet'
import { workloads } from './workloads'

const arrivals = (seed = 1) => arrivalsOf(workloads.find(({ name }) => name === 'heavy tail')!, { perSecond: 0.4, seconds: 60, seed, waves: 'short' })
const timesOf = ({ outcomes }: Result) => outcomes.map(({ arrivedMs, doneMs }) => [arrivedMs, doneMs])

test('the same seed brings the same runs, whatever was drawn before', () => {
  const first = arrivals()
  arrivals(2)
  expect(arrivals()).toEqual(first)
  expect(arrivals(2)).not.toEqual(first)
})

test('a policy does the same with arrivals that others had before it', () => {
  const shared = arrivals()
  simulate({ arrivals: shared, instances: 2, schedulerOf: policies['round-robin'] })
  const after = simulate({ arrivals: shared, instances: 2, schedulerOf: policies.flow })
  const alone = simulate({ arrivals: arrivals(), instances: 2, schedulerOf: policies.flow })
  expect(timesOf(after)).toEqual(timesOf(alone))
  expect(after.hitRate).toBe(alone.hitRate)
})

test('calls have the blocks in common that their texts have', () => {
  const context = [{ id: 1, length: 1_000 }]
  const blocksOf = (own: number) => knownBlocksOf({ prompt: [...context, { id: own, length: 100 }], output: [{ id: own + 10, length: 50 }], expectedOutput: 50 })
  const [a, b] = [blocksOf(2), blocksOf(3)]
  const common = (one: readonly number[], other: readonly number[]) => one.findIndex((hash, index) => hash !== other[index])
  expect(common(a.router, b.router)).toBe(Math.floor(1_000 / 64))
  expect(common(a.engine, b.engine)).toBe(Math.floor(1_000 / 16))
  expect(a.engine).toHaveLength(Math.floor(1_150 / 16))
})
