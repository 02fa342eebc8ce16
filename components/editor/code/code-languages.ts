import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StreamParser, type StringStream } from '@codemirror/language'
import { tags } from '@lezer/highlight'

const ROOTS = /^(?:input|steps|memory|run)\b/
const LIQUID_WORDS = /^(?:if|elsif|else|endif|unless|endunless|case|when|endcase|for|endfor|break|continue|in|limit|offset|reversed|assign|capture|endcapture|comment|endcomment|raw|endraw|cycle|increment|decrement|tablerow|endtablerow|and|or|contains|true|false|nil|null|empty|blank)\b/
const CEL_WORDS = /^(?:true|false|null|in)\b/

/** Inside the braces of Liquid, and everywhere in CEL. @param words what is no name of a value */
function codeToken(stream: StringStream, words: RegExp, state: { dotted: boolean; piped: boolean }): string | null {
  if (stream.eatSpace()) return null
  const { dotted, piped } = state
  state.dotted = false
  state.piped = false
  if (stream.match(/^"(?:[^"\\]|\\.)*"?|^'(?:[^'\\]|\\.)*'?/)) return 'string'
  if (stream.match(/^\d+(?:\.\d+)?u?/)) return 'number'
  if (dotted && stream.match(/^[\w-]+/)) return 'propertyName'
  if (piped && stream.match(/^\w+/)) return 'variableName.function'
  if (stream.match(ROOTS)) return 'atom'
  if (stream.match(words)) return 'keyword'
  if (stream.match(/^[A-Za-z_]\w*(?=\s*\()/)) return 'variableName.function'
  if (stream.match(/^[A-Za-z_][\w-]*/)) return 'variableName'
  const mark = stream.next()
  state.dotted = mark === '.'
  state.piped = mark === '|' && stream.peek() !== '|'
  return mark !== undefined && '+-*/%<>=!&|?:'.includes(mark) ? 'operator' : 'punctuation'
}

type LiquidState = { inside: '' | '}}' | '%}'; dotted: boolean; piped: boolean }
const liquidParser: StreamParser<LiquidState> = {
  name: 'liquid',
  startState: () => ({ inside: '', dotted: false, piped: false }),
  token(stream, state) {
    if (state.inside === '') {
      if (stream.match(/^\{\{-?/)) return ((state.inside = '}}'), 'brace')
      if (stream.match(/^\{%-?/)) return ((state.inside = '%}'), 'brace')
      stream.next()
      while (!stream.eol() && !stream.match(/^\{[{%]/, false)) stream.next()
      return null
    }
    if (stream.match(state.inside === '}}' ? /^-?\}\}/ : /^-?%\}/)) return ((state.inside = ''), 'brace')
    return codeToken(stream, LIQUID_WORDS, state)
  },
}
const celParser: StreamParser<{ dotted: boolean; piped: boolean }> = {
  name: 'cel',
  startState: () => ({ dotted: false, piped: false }),
  token: (stream, state) => (stream.match(/^\/\/.*/) ? 'comment' : codeToken(stream, CEL_WORDS, state)),
}

const jsonParser: StreamParser<null> = {
  name: 'json',
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return stream.match(/^\s*:/, false) ? 'propertyName' : 'string'
    if (stream.match(/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return 'number'
    if (stream.match(/^(?:true|false|null)\b/)) return 'keyword'
    stream.next()
    return 'punctuation'
  },
}

export const json = StreamLanguage.define(jsonParser)
export const liquid = StreamLanguage.define(liquidParser)
export const cel = StreamLanguage.define(celParser)

/** Colours of the theme's own variables: one style is right in the light and in the dark. */
export const codeColours = syntaxHighlighting(HighlightStyle.define([
  { tag: tags.brace, color: 'var(--brand)', fontWeight: '600' },
  { tag: tags.atom, color: 'var(--brand)' },
  { tag: tags.keyword, color: 'var(--state-reused)' },
  { tag: tags.function(tags.variableName), color: 'var(--state-running)' },
  { tag: tags.string, color: 'var(--state-completed)' },
  { tag: tags.number, color: 'var(--state-waiting)' },
  { tag: tags.propertyName, color: 'var(--foreground)' },
  { tag: tags.operator, color: 'var(--muted-foreground)' },
  { tag: tags.punctuation, color: 'var(--muted-foreground)' },
  { tag: tags.comment, color: 'var(--muted-foreground)', fontStyle: 'italic' },
]))
