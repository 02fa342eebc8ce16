import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lookThrough, windowsOf, type IdWindow } from './log-windows'

const LAST = 1_200_000

/** Ids kept somewhere among a million, found as a database would; how many windows were asked for is counted. */
function sparse(ids: readonly number[]) {
  const asked: IdWindow[] = []
  const findIn = (direction: 'forward' | 'back') => (window: IdWindow, take: number) => {
    asked.push(window)
    const rows = ids.filter((id) => id > window.above && id <= window.upTo).map((id) => ({ id }))
    return Promise.resolve((direction === 'forward' ? rows : rows.reverse()).slice(0, take))
  }
  return { asked, findIn }
}

async function walk(ids: readonly number[], direction: 'forward' | 'back', limit: number) {
  const { asked, findIn } = sparse(ids)
  const found: number[] = []
  let pages = 0
  for (let within: IdWindow = { above: 0, upTo: LAST }; ; pages++) {
    const { rows, goOn } = await lookThrough(within, direction, limit, findIn(direction), false)
    expect(rows.length).toBeLessThanOrEqual(limit)
    found.push(...rows.map((row) => row.id))
    if (goOn === undefined) return { found, asked, pages }
    within = direction === 'forward' ? { above: goOn, upTo: LAST } : { above: 0, upTo: goOn - 1 }
  }
}

/** Where windows meet: what is lost is lost there. */
async function seams(): Promise<number[]> {
  const windows = [...(await walk([], 'forward', 10)).asked, ...(await walk([], 'back', 10)).asked]
  return [...new Set(windows.flatMap(({ above, upTo }) => [above, above + 1, upTo]))].filter((id) => id >= 1 && id <= LAST)
}

test('page by page every row comes once and in order, from either end, however far apart they are', async () => {
  const edges = await seams()
  const all = edges.toSorted((a, b) => a - b)
  expect((await walk(all, 'forward', 1_000)).found).toEqual(all)
  expect((await walk(all, 'back', 1_000)).found).toEqual(all.toReversed())
  await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: LAST }), fc.constantFrom(...edges)), { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), async (some, limit) => {
    const ids = some.toSorted((a, b) => a - b)
    expect((await walk(ids, 'forward', limit)).found).toEqual(ids)
    expect((await walk(ids, 'back', limit)).found).toEqual(ids.toReversed())
  }), { numRuns: 25 })
})

test('a page comes back before it has looked through everything', async () => {
  for (const direction of ['forward', 'back'] as const) {
    const { pages, asked } = await walk([], direction, 10)
    expect(pages).toBe(2)
    expect(Math.max(...asked.map((window) => window.upTo - window.above))).toBeLessThanOrEqual(16_000)
  }
})

test('what an index leads to is looked for at once', async () => {
  const { asked, findIn } = sparse([5, LAST])
  expect(await lookThrough({ above: 0, upTo: LAST }, 'back', 10, findIn('back'), true)).toEqual({ rows: [{ id: LAST }, { id: 5 }], goOn: undefined })
  expect(asked).toHaveLength(1)
})

test('windows join without gap or overlap', async () => {
  const windows: IdWindow[] = []
  for await (const window of windowsOf({ above: 7, upTo: 50_000 })) windows.push(window)
  expect(windows[0]!.above).toBe(7)
  expect(windows.at(-1)!.upTo).toBe(50_000)
  expect(windows.slice(1).map((window) => window.above)).toEqual(windows.slice(0, -1).map((window) => window.upTo))
})
