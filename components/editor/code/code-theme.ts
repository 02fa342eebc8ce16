import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

const LINE_PX = 20

/** Looks like every other field, in the colours of the page's theme. @param rows how many lines are shown at least */
export function codeTheme(rows: number): Extension {
  return EditorView.theme({
    '&': { fontSize: '12px', borderRadius: '6px', border: '1px solid var(--input)', backgroundColor: 'var(--card)', color: 'var(--foreground)' },
    '&:hover': { borderColor: 'var(--muted-foreground)' },
    '&.cm-focused': { outline: '2px solid var(--ring)', outlineOffset: '1px' },
    '&:has([aria-invalid=true])': { borderColor: 'var(--destructive)' },
    '.cm-scroller': { fontFamily: 'var(--font-mono, monospace)', lineHeight: `${LINE_PX}px`, minHeight: `${rows * LINE_PX + 12}px`, maxHeight: '420px' },
    '.cm-content': { padding: '6px 0', caretColor: 'var(--foreground)' },
    '.cm-line': { padding: '0 10px' },
    '.cm-placeholder': { color: 'var(--muted-foreground)' },
    '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--brand-soft)', outline: '1px solid var(--brand-border)' },
    '.cm-tooltip': { backgroundColor: 'var(--popover)', color: 'var(--foreground)', border: '1px solid var(--border)', borderRadius: '6px', fontSize: '12px', zIndex: '60' },
    '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono, monospace)', maxWidth: 'min(420px, 90vw)' },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--foreground)' },
    '.cm-completionDetail': { color: 'var(--muted-foreground)', fontStyle: 'normal', marginLeft: '8px' },
    '.cm-completionInfo': { maxWidth: '260px', overflowWrap: 'anywhere', padding: '4px 8px' },
    '.cm-diagnostic': { borderLeft: '3px solid var(--destructive)', padding: '4px 8px', maxWidth: '360px' },
  })
}
