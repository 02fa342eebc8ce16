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

test('a simulated fleet that does not come says so, and leaves no process', async () => {
  await expect(startSimulatedFleet('dist/fleet.mjs', { timeScale: 1, onExit: () => undefined, readyMs: 1 })).rejects.toThrow('The simulated fleet was not ready within 0.001 s')
  await expect(startSimulatedFleet('dist/none.mjs', { timeScale: 1, onExit: () => undefined })).rejects.toThrow('The simulated fleet ended with 1 before it was ready')
})
