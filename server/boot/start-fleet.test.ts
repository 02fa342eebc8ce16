import { expect, test } from 'vitest'
import { startSimulatedFleet } from './start-fleet'

const answers = (url: string): Promise<boolean> => fetch(`${url}/health`).then((reply) => reply.ok, () => false)

test('a simulated fleet that was killed is started again at the same addresses', async () => {
  let ended: () => void = () => undefined
  const end = new Promise<void>((resolve) => (ended = resolve))
  const fleet = await startSimulatedFleet('dist/fleet.mjs', { timeScale: 1, onExit: () => ended() })
  expect(await fleet.restart()).toBe('The simulated fleet runs; it was left alone')
  process.kill(fleet.pid(), 'SIGKILL')
  await end
  expect(await answers(fleet.urls[0]!)).toBe(false)
  expect(await fleet.restart()).toBe('The simulated fleet was started again')
  expect(await Promise.all(fleet.urls.map(answers))).toEqual([true, true, true])
  fleet.stop()
})
