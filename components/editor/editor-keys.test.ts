import { expect, test } from 'vitest'
import { editorActionOf } from './editor-keys'

const press = (key: string, held = '') => ({ key, ctrlKey: held.includes('c'), metaKey: held.includes('m'), shiftKey: held.includes('s'), altKey: held.includes('a'), isComposing: held.includes('i') })

test.each([
  ['z', 'c', false, 'undo'],
  ['z', 'm', false, 'undo'],
  ['Z', 'cs', false, 'redo'],
  ['y', 'c', false, 'redo'],
  ['z', 'c', true, undefined],
  ['z', '', false, undefined],
  ['z', 'ca', false, undefined],
  ['Delete', '', false, 'delete'],
  ['Backspace', '', true, undefined],
  ['a', 'c', false, 'select-all'],
  ['d', 'c', false, 'duplicate'],
  ['Enter', 'c', true, 'run'],
  ['s', 'c', true, 'save'],
  ['/', '', false, 'find'],
  ['/', '', true, undefined],
  ['Escape', '', false, 'deselect'],
  ['k', 'c', true, 'palette'],
  ['K', 'm', false, 'palette'],
  ['k', '', false, undefined],
  ['k', 'ci', true, undefined],
  ['Enter', 'ci', true, undefined],
  ['Backspace', 'i', false, undefined],
  ['x', '', false, undefined],
  ['n', '', false, 'add-next'],
  ['n', '', true, undefined],
  ['r', '', false, 'replace'],
  ['t', '', false, 'tidy'],
  ['g', 'c', false, 'group'],
  ['G', 'cs', false, 'ungroup'],
  ['l', '', false, 'lock'],
  ['d', '', false, 'disable'],
  ['1', '', false, 'zoom-all'],
  ['2', '', false, 'zoom-selection'],
  ['Delete', 's', false, 'heal'],
])('%s with "%s" (typing: %s) is %s', (key, held, typing, action) => expect(editorActionOf(press(key, held), typing)).toBe(action))

test.each([['ㅜ', 'KeyN', '', 'add-next'], ['Process', 'KeyN', '', 'add-next'], ['ㅋ', 'KeyZ', 'c', 'undo'], ['n', 'KeyL', '', 'add-next']])('%s on %s with "%s" is %s: a Hangul layout has the same keys, and another Latin one its own', (key, code, held, action) => expect(editorActionOf({ ...press(key, held), code }, false)).toBe(action))
