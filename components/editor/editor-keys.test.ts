import { expect, test } from 'vitest'
import { editorActionOf, type EditorAction, type KeyPlace } from './editor-keys'

const press = (key: string, held = '') => ({ key, ctrlKey: held.includes('c'), metaKey: held.includes('m'), shiftKey: held.includes('s'), altKey: held.includes('a'), isComposing: held.includes('i') })

test.each<[string, string, KeyPlace, EditorAction | undefined]>([
  ['z', 'c', 'canvas', 'undo'],
  ['z', 'm', 'canvas', 'undo'],
  ['Z', 'cs', 'canvas', 'redo'],
  ['y', 'c', 'canvas', 'redo'],
  ['z', 'c', 'field', undefined],
  ['z', '', 'canvas', undefined],
  ['z', 'ca', 'canvas', undefined],
  ['Delete', '', 'canvas', 'delete'],
  ['Backspace', '', 'field', undefined],
  ['a', 'c', 'canvas', 'select-all'],
  ['d', 'c', 'canvas', 'duplicate'],
  ['Enter', 'c', 'field', 'run'],
  ['s', 'c', 'field', 'save'],
  ['/', '', 'canvas', 'find'],
  ['/', '', 'field', undefined],
  ['Escape', '', 'canvas', 'deselect'],
  ['k', 'c', 'field', 'palette'],
  ['K', 'm', 'canvas', 'palette'],
  ['k', '', 'canvas', undefined],
  ['k', 'ci', 'field', undefined],
  ['Enter', 'ci', 'field', undefined],
  ['Backspace', 'i', 'canvas', undefined],
  ['x', '', 'canvas', undefined],
  ['n', '', 'canvas', 'add-next'],
  ['n', '', 'field', undefined],
  ['r', '', 'canvas', 'replace'],
  ['t', '', 'canvas', 'tidy'],
  ['g', 'c', 'canvas', 'group'],
  ['G', 'cs', 'canvas', 'ungroup'],
  ['l', '', 'canvas', 'lock'],
  ['d', '', 'canvas', 'disable'],
  ['1', '', 'canvas', 'zoom-all'],
  ['2', '', 'canvas', 'zoom-selection'],
  ['Delete', 's', 'canvas', 'heal'],
  ['d', '', 'control', undefined],
  ['/', '', 'control', undefined],
  ['Delete', '', 'control', 'delete'],
  ['d', 'c', 'control', 'duplicate'],
])('%s with "%s" (on a %s) is %s', (key, held, place, action) => expect(editorActionOf(press(key, held), place)).toBe(action))

test.each([['ㅜ', 'KeyN', '', 'add-next'], ['Process', 'KeyN', '', 'add-next'], ['ㅋ', 'KeyZ', 'c', 'undo'], ['n', 'KeyL', '', 'add-next']])('%s on %s with "%s" is %s: a Hangul layout has the same keys, and another Latin one its own', (key, code, held, action) => expect(editorActionOf({ ...press(key, held), code }, 'canvas')).toBe(action))
