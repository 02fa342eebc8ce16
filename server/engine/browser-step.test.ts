import { expect, test } from 'vitest'
import { createWorld, graphOf, settle } from './engine-world.suite'

test('a browser step opens what its templates say, and hands on what the page gave', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({
    in: ['input'],
    b: ['browser', { url: 'https://looms.example/{{ input.kind }}', timeoutMs: 5_000, actions: [{ do: 'fill', selector: '#{{ input.kind }}', value: '{{ input.secret }}' }, { do: 'text', selector: 'h1', as: 'heading' }, { do: 'screenshot', as: 'end' }] }],
    out: ['output', { value: 'steps.b.output.values.heading' }],
  }, 'in -> b', 'b -> out'), { kind: 'shaft', secret: 'sesame' })
  expect(world.opened[0]!.job).toEqual({ url: 'https://looms.example/shaft', wallMs: 6_000, actions: [{ do: 'fill', selector: '#shaft', value: 'sesame' }, { do: 'text', selector: 'h1', as: 'heading' }, { do: 'screenshot', as: 'end' }] })
  world.opened[0]!.done({ values: { heading: 'Eight shafts' } })
  await settle()
  expect((await world.state(run)).output).toBe('Eight shafts')
  // The log says where something was typed, not what.
  expect(JSON.stringify((await world.events(run)).filter(({ type }) => type === 'step.started').slice(1))).not.toContain('sesame')
})
