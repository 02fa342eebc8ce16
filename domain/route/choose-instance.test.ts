import { describe, expect, it } from 'vitest'
import { chooseInstance } from './choose-instance'
import type { FleetState, InstanceState } from './fleet-state'
import { createPrefixIndex, recordPrefix } from './prefix-index'

const BLOCKS = [11, 12, 13, 14, 15]

type Given = Partial<InstanceState> & { id: string; cached?: number }

function fleetOf(given: Given[], homes: Record<string, string> = {}): FleetState {
  const prefixes = createPrefixIndex()
  const instances = given.map(({ cached = 0, ...rest }) => {
    recordPrefix(prefixes, rest.id, BLOCKS.slice(0, cached))
    return { url: `http://${rest.id}`, models: ['m'], health: 'healthy' as const, inFlight: 0, external: 0, lastChosen: 0, ...rest }
  })
  return { instances, prefixes, homes: { get: (key) => homes[key] } }
}

describe('chooseInstance', () => {
  const rows: [name: string, given: Given[], expected: string | undefined, reason?: string, homes?: Record<string, string>, tried?: string[]][] = [
    ['no instance at all', [], undefined],
    ['the only one', [{ id: 'a' }], 'a', 'only-one'],
    ['the longest prefix', [{ id: 'a', cached: 2 }, { id: 'b', cached: 4 }, { id: 'c' }], 'b', 'prefix'],
    ['the longest prefix though busier, within the threshold', [{ id: 'a' }, { id: 'b', cached: 5, inFlight: 4 }], 'b', 'prefix'],
    ['spills when the holder is too busy', [{ id: 'a' }, { id: 'b', cached: 5, inFlight: 5 }], 'a', 'spill'],
    ['counts calls of others as load', [{ id: 'a' }, { id: 'b', cached: 5, external: 9 }], 'a', 'spill'],
    ['the threshold is against the least loaded', [{ id: 'a', inFlight: 6 }, { id: 'b', cached: 5, inFlight: 9 }], 'b', 'prefix'],
    ['a busy holder yields to the next longest', [{ id: 'a', cached: 3 }, { id: 'b', cached: 5, inFlight: 9 }, { id: 'c' }], 'a', 'prefix'],
    ['too short a prefix draws nobody', [{ id: 'a', inFlight: 1, cached: 0 }, { id: 'b', cached: 0, inFlight: 2 }], 'a', 'least-loaded'],
    ['equal prefixes: the less loaded', [{ id: 'a', cached: 5, inFlight: 2 }, { id: 'b', cached: 5, inFlight: 1 }], 'b', 'prefix'],
    ['equal prefixes and load: the home', [{ id: 'a', cached: 5 }, { id: 'b', cached: 5, lastChosen: 9 }], 'b', 'prefix', { run: 'b' }],
    ['cold: the least loaded', [{ id: 'a', inFlight: 2 }, { id: 'b', inFlight: 1 }], 'b', 'least-loaded'],
    ['cold and level: the home', [{ id: 'a' }, { id: 'b', lastChosen: 9 }, { id: 'c' }], 'b', 'home', { run: 'b' }],
    ['cold and level: the home even if it stands first', [{ id: 'a', lastChosen: 9 }, { id: 'b' }], 'a', 'home', { run: 'a' }],
    ['cold and level without home: the one chosen longest ago', [{ id: 'a', lastChosen: 3 }, { id: 'b', lastChosen: 1 }, { id: 'c', lastChosen: 2 }], 'b', 'least-loaded'],
    ['a busier home is left', [{ id: 'a', inFlight: 1 }, { id: 'b' }], 'b', 'least-loaded', { run: 'a' }],
    ['leaves out the unhealthy', [{ id: 'a', cached: 5, health: 'unhealthy' }, { id: 'b' }], 'b', 'only-one'],
    ['leaves out the draining', [{ id: 'a', health: 'draining' }, { id: 'b', inFlight: 9 }], 'b', 'only-one'],
    ['leaves out other models', [{ id: 'a', models: ['other'] }, { id: 'b' }], 'b', 'only-one'],
    ['leaves out what was tried', [{ id: 'a', cached: 5 }, { id: 'b' }], 'b', 'only-one', {}, ['a']],
    ['none left', [{ id: 'a' }, { id: 'b', health: 'unhealthy' }], undefined, undefined, {}, ['a']],
  ]
  it.each(rows)('%s', (_name, given, expected, reason, homes = {}, tried = []) => {
    const decision = chooseInstance(fleetOf(given, homes), { model: 'm', blocks: BLOCKS, homeKey: 'run' }, { tried: new Set(tried) })
    expect(decision?.instanceId).toBe(expected)
    if (reason) expect(decision?.reason).toBe(reason)
  })

  it('explains every candidate', () => {
    const decision = chooseInstance(fleetOf([{ id: 'a', inFlight: 1 }, { id: 'b', cached: 5 }, { id: 'c', health: 'draining' }]), { model: 'm', blocks: BLOCKS }, {})
    expect(decision?.candidates).toEqual([
      { instanceId: 'a', cachedBlocks: 0, load: 1, score: -1 },
      { instanceId: 'b', cachedBlocks: 5, load: 0, score: 50_000 },
      { instanceId: 'c', cachedBlocks: 0, load: 0, score: 0, excluded: 'draining' },
    ])
  })

  it('a system text common to all draws nobody to one instance', () => {
    const fleet = fleetOf([{ id: 'a', cached: 1, inFlight: 1 }, { id: 'b' }])
    const long = [...BLOCKS.slice(0, 1), ...Array.from({ length: 20 }, (_, i) => 100 + i)]
    expect(chooseInstance(fleet, { model: 'm', blocks: long }, {})?.instanceId).toBe('b')
  })

  it('cold prefixes of one burst take turns', () => {
    const fleet = fleetOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }])
    const chosen = Array.from({ length: 9 }, (_, i) => {
      const id = chooseInstance(fleet, { model: 'm', blocks: [1_000 + i] }, {})?.instanceId
      const one = fleet.instances.find((instance) => instance.id === id)
      if (one) {
        one.lastChosen = i + 1
        recordPrefix(fleet.prefixes, one.id, [1_000 + i])
      }
      return id
    })
    expect(chosen).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'])
  })
})
