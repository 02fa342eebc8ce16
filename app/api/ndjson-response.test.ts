import { expect, test } from 'vitest'
import { ndjsonResponse } from './ndjson-response'

test('a long answer lets others have their turn between two pages', async () => {
  let turns = 0
  async function* pages() {
    for (let page = 0; page < 20; page++) yield [{ page, turns }]
  }
  let going = true
  const count = (): void => void (going && setImmediate(() => (turns += 1, count())))
  count()
  const text = await ndjsonResponse(pages(), (item) => item).text()
  going = false
  const seen = text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { turns: number }).turns)
  expect(seen).toHaveLength(20)
  expect(seen.at(-1)! - seen[0]!).toBeGreaterThanOrEqual(10)
})
