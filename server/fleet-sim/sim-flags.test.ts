import { describe, expect, it } from 'vitest'
import { parseSimFlags } from './sim-flags'

describe('parseSimFlags', () => {
  it('has defaults', () => {
    expect(parseSimFlags([])).toMatchObject({ instances: 3, port: 8001, host: '127.0.0.1', model: 'heddle-sim-8b', timeScale: 1, failRate: 0, engine: { kvTokens: 200_000, policy: 'fcfs' } })
  })

  it('reads all of them', () => {
    const flags = parseSimFlags('--instances 2 --port 0 --time-scale 4 --slow 0:2 --slow 1:1.5 --fail-after-tokens 5 --scheduling-policy priority --kv-tokens 4100 --exit-with-parent'.split(' '))
    expect(flags).toMatchObject({ instances: 2, port: 0, timeScale: 4, failRate: 1, failAfterTokens: 5, engine: { policy: 'priority', kvTokens: 4100 }, exitWithParent: true })
    expect(flags !== 'help' && [...flags.slow]).toEqual([[0, 2], [1, 1.5]])
    expect(parseSimFlags(['--port', '8001,9000'])).toMatchObject({ port: [8001, 9000] })
    expect(parseSimFlags(['-h'])).toBe('help')
  })

  it.each([['--instances', '0'], ['--port', 'x'], ['--port', '1,x'], ['--fail-rate', '2'], ['--slow', '1'], ['--scheduling-policy', 'lifo'], ['--nonsense', '1']])('refuses %s %s', (...args) => {
    expect(() => parseSimFlags(args)).toThrow()
  })
})
