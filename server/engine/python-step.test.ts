import { expect, test } from 'vitest'
import { AppError } from '@/domain/error'
import { createWorld, graphOf, settle } from './engine-world.suite'

class Broken extends AppError {
  readonly code = 'BROKEN'
  readonly hint = 'Mend it.'
  constructor(override readonly retryable: boolean) {
    super('broken')
  }
}

const code = (more: Record<string, unknown> = {}): [string, Record<string, unknown>] => ['python', { code: 'output = 1', retry: { initialMs: 1, jitter: false }, ...more }]

test('code gets the values a step sees, and hands on its output and what it printed', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ in: ['input'], p: code({ packages: ['json'] }), t: ['transform', { expression: 'steps.p.output.output + 1.0' }] }, 'in -> p', 'p -> t'), { n: 1 })
  const [first] = world.coded
  expect(first!.job).toEqual({ code: 'output = 1', packages: ['json'], scope: { input: { n: 1 }, steps: { in: { output: { n: 1 } } }, memory: {}, run: expect.objectContaining({ id: run }) as object } })
  first!.print('at work\n')
  first!.done({ output: 41, stdout: 'at work\n', stderr: '' })
  await settle()
  const state = await world.state(run)
  expect(state).toMatchObject({ status: 'completed', output: 42 })
  expect(state.steps.p).toMatchObject({ input: { value: { n: 1 }, isolation: 'sandbox', packages: ['json'] }, state: { output: { output: 41, stdout: 'at work\n' } } })
  expect((await world.events(run)).find((event) => event.type === 'step.output')).toMatchObject({ nodeId: 'p', text: 'at work\n' })
})

test('what the code did is not tried again, what happened to its process is', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ p: code() }))
  world.coded[0]!.fail(new Broken(true))
  await settle()
  await world.advance(10)
  expect(world.coded).toHaveLength(2)
  world.coded[1]!.fail(new Broken(false))
  await settle()
  expect(await world.state(run)).toMatchObject({ status: 'failed', error: { code: 'BROKEN' } })
})

test('a cancel and a time limit reach the code', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ p: code() }))
  await world.engine.cancel(run, 'me')
  expect(world.coded[0]!.signal.aborted).toBe(true)
  const slow = await world.begin(graphOf({ p: code({ timeoutMs: 500, retry: { maxAttempts: 1 } }) }))
  await world.advance(500)
  expect(world.coded[1]!.signal.aborted).toBe(true)
  expect(await world.state(slow)).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT' } })
})
