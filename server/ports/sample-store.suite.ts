import { beforeEach, describe, expect, it } from 'vitest'
import type { SampleBucket, SampleStore } from './sample-store'

const bucket = (over: Partial<SampleBucket> = {}): SampleBucket => ({ kind: 'fleet', stepMs: 10_000, at: 20_000, subject: 'a', figures: { n: 1 }, ...over })

/** What every SampleStore promises. `make` gives an empty one. */
export function sampleStoreSuite(name: string, make: () => Promise<SampleStore>): void {
  describe(`SampleStore: ${name}`, () => {
    let store: SampleStore
    beforeEach(async () => {
      store = await make()
    })
    const all = { kind: 'fleet', stepMs: 10_000, from: 0, to: 1e15 } as const

    it('gives back what was written, by time and subject, and only what was asked for', async () => {
      const written = [bucket({ subject: 'b' }), bucket({ figures: { list: [1, null, 'x'] } }), bucket({ at: 10_000 }), bucket({ kind: 'node' }), bucket({ stepMs: 60_000, at: 0 })]
      expect(await store.write(written, { name: 'm', from: undefined, to: 30_000 })).toBe(true)
      expect(await store.read(all)).toEqual([written[2], written[1], written[0]])
      expect(await store.read({ ...all, from: 10_001 })).toEqual([written[1], written[0]])
      expect(await store.read({ ...all, to: 20_000 })).toEqual([written[2]])
      expect(await store.read({ ...all, subjects: ['b'] })).toEqual([written[0]])
      expect(await store.read({ ...all, subjects: [] })).toEqual([])
      expect(await store.read({ ...all, kind: 'node' })).toEqual([written[3]])
    })

    it('replaces a bucket that is written again', async () => {
      await store.write([bucket()], { name: 'm', from: undefined, to: 1 })
      await store.write([bucket({ figures: { n: 2 } })], { name: 'm', from: 1, to: 2 })
      expect(await store.read(all)).toEqual([bucket({ figures: { n: 2 } })])
    })

    it('S1, S2: writes nothing where the mark is elsewhere', async () => {
      expect(await store.mark('m')).toBeUndefined()
      expect(await store.write([], { name: 'm', from: 5, to: 6 })).toBe(false)
      expect(await store.write([], { name: 'm', from: undefined, to: 6 })).toBe(true)
      expect(await store.write([bucket()], { name: 'm', from: undefined, to: 7 })).toBe(false)
      expect(await store.write([bucket()], { name: 'm', from: 5, to: 7 })).toBe(false)
      expect(await store.read(all)).toEqual([])
      expect([await store.mark('m'), await store.mark('other')]).toEqual([6, undefined])
    })

    it('S2: of many at once one moves the mark', async () => {
      await store.write([], { name: 'm', from: undefined, to: 1 })
      const tries = await Promise.all(Array.from({ length: 8 }, (_, index) => store.write([bucket({ figures: { n: index } })], { name: 'm', from: 1, to: 10 + index })))
      expect(tries.filter((one) => one)).toHaveLength(1)
      expect(await store.mark('m')).toBe(10 + tries.indexOf(true))
      expect((await store.read(all))[0]!.figures).toEqual({ n: tries.indexOf(true) })
    })

    it('deletes the oldest of a step, a few at a time', async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => bucket({ at: index * 10_000 }))
      await store.write([...many, bucket({ stepMs: 60_000, at: 0 })], { name: 'm', from: undefined, to: 1 })
      const counts: number[] = []
      for (let count = await store.deleteSome(10_000, 24_000_000); count > 0; count = await store.deleteSome(10_000, 24_000_000)) counts.push(count)
      expect(counts.length).toBeGreaterThan(1)
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_400)
      expect((await store.read(all)).map((one) => one.at)[0]).toBe(24_000_000)
      expect(await store.read({ ...all, stepMs: 60_000 })).toHaveLength(1)
    })
  })
}
