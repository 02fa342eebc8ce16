/** What a key does on the log page; undefined leaves it to the browser. */
export type LogKey = { do: 'move'; by: number } | { do: 'search' } | { do: 'newest' } | { do: 'pause' }

/** @param inList whether a line has the focus: elsewhere the arrows scroll */
export function logKeyOf({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>, inList: boolean): LogKey | undefined {
  if (ctrlKey || metaKey || altKey) return undefined
  switch (key) {
    case 'j':
      return { do: 'move', by: 1 }
    case 'k':
      return { do: 'move', by: -1 }
    case 'ArrowDown':
      return inList ? { do: 'move', by: 1 } : undefined
    case 'ArrowUp':
      return inList ? { do: 'move', by: -1 } : undefined
    case '/':
      return { do: 'search' }
    case 'G':
      return { do: 'newest' }
    case 'p':
      return { do: 'pause' }
    default:
      return undefined
  }
}

/** Where typing means text, or a list of choices is open. */
export function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="listbox"], [role="menu"]') !== null
}
