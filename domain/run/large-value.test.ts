import { expect, test, vi } from 'vitest'
import { LargeValue, largeOf } from './large-value'

test('is known to every copy of this module, and nothing that came as JSON is taken for it', async () => {
  vi.resetModules()
  const other = await import('./large-value')
  expect(other.LargeValue).not.toBe(LargeValue)
  const large = new other.LargeValue({ hash: 'h', bytes: 70_000, preview: 'x' })
  expect(largeOf(large)).toBe(large)
  for (const alike of [{ ...large }, JSON.parse(JSON.stringify(large)), null, 'x', [large]]) expect(largeOf(alike)).toBeUndefined()
})
