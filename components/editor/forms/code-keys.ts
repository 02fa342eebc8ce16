export type Typed = { text: string; from: number; to: number }

const INDENT = '    '

/** Tab indents what is selected, Shift+Tab takes it back, Enter keeps the indent of the line and adds one after a colon. */
export function typeInCode({ text, from, to }: Typed, key: 'Tab' | 'BackTab' | 'Enter'): Typed {
  const start = text.lastIndexOf('\n', from - 1) + 1
  if (key === 'Enter') {
    const before = text.slice(start, from)
    const added = `\n${/^[ \t]*/.exec(before)![0]}${/:\s*$/.test(before) ? INDENT : ''}`
    return put(text, from, to, added)
  }
  if (key === 'Tab' && from === to) return put(text, from, to, ' '.repeat(INDENT.length - ((from - start) % INDENT.length)))
  const lines = text.slice(start, to).split('\n')
  const changed = lines.map((line) => (key === 'Tab' ? INDENT + line : line.replace(/^( {1,4}|\t)/, '')))
  const first = changed[0]!.length - lines[0]!.length
  const all = changed.join('\n')
  return { text: text.slice(0, start) + all + text.slice(to), from: Math.max(start, from + first), to: start + all.length }
}

function put(text: string, from: number, to: number, added: string): Typed {
  return { text: text.slice(0, from) + added + text.slice(to), from: from + added.length, to: from + added.length }
}
