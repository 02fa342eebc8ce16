import type { Direction } from '@/domain/graph/neighbours'

/** What a key does in the editor; undefined leaves it to the browser. */
export type EditorAction = 'undo' | 'redo' | 'delete' | 'select-all' | 'duplicate' | 'run' | 'find' | 'deselect' | 'save' | 'palette' | 'add-next' | 'replace' | 'heal' | 'tidy' | 'zoom-all' | 'zoom-selection' | 'group' | 'ungroup' | 'lock' | 'disable' | 'connect' | 'connect-into' | 'replace-text' | 'switch-view' | `go-${Direction}`

/** `code` is where the key lies: with a Hangul layout `key` is no Latin letter. */
type Key = { key: string; code?: string; isComposing: boolean; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }

const GOING: Record<string, EditorAction> = { ArrowLeft: 'go-left', ArrowRight: 'go-right', ArrowUp: 'go-up', ArrowDown: 'go-down' }

/** Where the focus is. A field wants most keys for itself, another control those that are letters: in a list it goes to what begins with them. */
export type KeyPlace = 'canvas' | 'control' | 'field'

export function editorActionOf({ key: written, code, isComposing, ctrlKey, metaKey, shiftKey, altKey }: Key, place: KeyPlace): EditorAction | undefined {
  // A key that an input method still works with is not ours.
  if (isComposing) return undefined
  const key = letterOf(written, code)
  const command = (ctrlKey || metaKey) && !altKey
  if (command && key === 'Enter') return 'run'
  if (command && key.toLowerCase() === 's') return 'save'
  if (command && key.toLowerCase() === 'k') return 'palette'
  if (command && key.toLowerCase() === 'h') return 'replace-text'
  if (place === 'canvas' && altKey && !ctrlKey && !metaKey && Object.hasOwn(GOING, key)) return GOING[key]
  if (place === 'field' || altKey) return undefined
  if (command) {
    switch (key.toLowerCase()) {
      case 'z':
        return shiftKey ? 'redo' : 'undo'
      case 'y':
        return 'redo'
      case 'a':
        return 'select-all'
      case 'd':
        return 'duplicate'
      case 'g':
        return shiftKey ? 'ungroup' : 'group'
      default:
        return undefined
    }
  }
  if (place === 'control' && key.length === 1) return undefined
  switch (key) {
    case 'Delete':
    case 'Backspace':
      return shiftKey ? 'heal' : 'delete'
    case 'n':
      return 'add-next'
    case 'c':
      return 'connect'
    case 'C':
      return 'connect-into'
    case 'v':
      return 'switch-view'
    case 'r':
      return 'replace'
    case 'l':
      return 'lock'
    case 'd':
      return 'disable'
    case 't':
      return 'tidy'
    case '1':
      return 'zoom-all'
    case '2':
      return 'zoom-selection'
    case '/':
      return 'find'
    case 'Escape':
      return 'deselect'
    default:
      return undefined
  }
}

function letterOf(key: string, code = ''): string {
  return code.startsWith('Key') && !/^[\x20-\x7e]$/.test(key) ? code.slice(3).toLowerCase() : key
}
