import { expect, test } from 'vitest'
import { logKeyOf } from './log-keys'

const pressed = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })

test.each([
  ['j', false, { do: 'move', by: 1 }],
  ['k', true, { do: 'move', by: -1 }],
  ['ArrowDown', true, { do: 'move', by: 1 }],
  ['ArrowUp', true, { do: 'move', by: -1 }],
  ['ArrowDown', false, undefined],
  ['ArrowUp', false, undefined],
  ['/', false, { do: 'search' }],
  ['G', false, { do: 'newest' }],
  ['p', false, { do: 'pause' }],
  ['g', false, undefined],
])('%s, focus in the list: %s', (key, inList, action) => expect(logKeyOf(pressed(key), inList)).toEqual(action))

test('a shortcut of the browser stays one', () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) expect(logKeyOf(pressed('p', more), true)).toBeUndefined()
})
