import { expect, test } from 'vitest'
import { createWorld, settle } from './engine-world.suite'
import { layers } from './layers.suite'

test('of a graph of 500 nodes 100 are at work at once, a restart in between included, and each completes once', async () => {
  const world = createWorld()
  const run = await world.begin(layers(5, 100))
  const open = () => world.calls.filter(({ signal }) => !signal.aborted && !answered.has(signal))
  const answered = new Set<AbortSignal>()
  let most = 0
  for (let turn = 0; turn < 20 && open().length > 0; turn++) {
    most = Math.max(most, open().length)
    for (const call of open().slice(0, turn === 2 ? 40 : undefined)) {
      answered.add(call.signal)
      call.reply('done')
    }
    await settle()
    if (turn !== 2) continue
    world.restart()
    await world.engine.start()
    await settle()
  }
  expect(most).toBe(100)
  const events = await world.events(run)
  expect(events.at(-1)?.type).toBe('run.completed')
  const completed = events.flatMap((event) => (event.type === 'step.completed' ? [event.nodeId] : []))
  expect(completed).toHaveLength(500)
  expect(new Set(completed).size).toBe(500)
})
