/** What a value may begin or go on with, one token at a time. */
const TOKEN = /[ \t\n\r]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))|([[\]{},:]))/y

type Awaited = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing'

/** Where a text stops being JSON, as offsets of the token that may not stand there; undefined where it is JSON. */
export function jsonFault(text: string): { from: number; to: number } | undefined {
  const open: ('[' | '{')[] = []
  let awaited: Awaited = 'value'
  let at = 0
  const closed = (): Awaited => (open.length === 0 ? 'nothing' : 'comma-or-end')
  for (;;) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    const from = at + /^[ \t\n\r]*/.exec(text.slice(at))![0].length
    if (from === text.length && awaited === 'nothing') return undefined
    const token = match?.[1] ?? match?.[2] ?? match?.[3]
    const next: Awaited | undefined = token === undefined ? undefined : following(token, awaited, open, closed)
    if (next === undefined) return { from: Math.min(from, Math.max(0, text.length - 1)), to: Math.max(from, Math.min(text.length, from + (token?.length ?? 1))) }
    awaited = next
    at = TOKEN.lastIndex
  }
}

/** What is awaited behind a token; undefined: it may not stand there. */
function following(token: string, awaited: Awaited, open: ('[' | '{')[], closed: () => Awaited): Awaited | undefined {
  const valued = awaited === 'value' || awaited === 'value-or-end'
  switch (token) {
    case '[':
    case '{':
      if (!valued) return undefined
      open.push(token)
      return token === '[' ? 'value-or-end' : 'key-or-end'
    case ']':
    case '}': {
      const fits = awaited === 'comma-or-end' || awaited === (token === ']' ? 'value-or-end' : 'key-or-end')
      return fits && open.pop() === (token === ']' ? '[' : '{') ? closed() : undefined
    }
    case ',':
      return awaited !== 'comma-or-end' ? undefined : open.at(-1) === '[' ? 'value' : 'key'
    case ':':
      return awaited === 'colon' ? 'value' : undefined
    default:
      if (valued) return closed()
      return token.startsWith('"') && (awaited === 'key' || awaited === 'key-or-end') ? 'colon' : undefined
  }
}
