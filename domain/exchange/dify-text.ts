import { takeApart, type Piece } from './import-text'

/** Text with `{{#node.field#}}` in it. */
export function difyPieces(source: string, read: (selector: readonly string[]) => string | undefined): Piece[] {
  return takeApart(source, /\{\{#([\w.\- ]+)#\}\}/g, (match) => {
    const path = read(match[1]!.split('.'))
    return path === undefined ? undefined : { kind: 'value', path, filters: [] }
  })
}

/** Words of Jinja whose like in Liquid is called otherwise. */
const WORDS: readonly [RegExp, string][] = [[/\|\s*tojson\b/g, '| json'], [/\|\s*length\b/g, '| size'], [/\|\s*upper\b/g, '| upcase'], [/\|\s*lower\b/g, '| downcase'], [/\|\s*trim\b/g, '| strip'], [/\bloop\.index0\b/g, 'forloop.index0'], [/\bloop\.index\b/g, 'forloop.index'], [/\bloop\.first\b/g, 'forloop.first'], [/\bloop\.last\b/g, 'forloop.last']]
/** What Liquid does not have: slices, calls, conditions within a value, tests. */
const FOREIGN = /\[[^\]]*:[^\]]*\]|\w\(|\bif\b.*\belse\b|\bis\s+(not\s+)?(defined|none|string|mapping)\b|~/
const FOREIGN_TAG = /^\s*-?\s*(macro|call|filter|import|from|include|extends|block|with|do)\b/

/** A template of Jinja as Liquid; undefined where it says what Liquid cannot. @param names what its variables are called here */
export function liquidOfJinja(source: string, names: ReadonlyMap<string, string>): string | undefined {
  let understood = true
  const said = source.replaceAll(/\{\{(-?)([\s\S]*?)(-?)\}\}|\{%(-?)([\s\S]*?)(-?)%\}|\{#[\s\S]*?#\}/g, (whole, openValue: string, value: string | undefined, closeValue: string, openTag: string, tag: string | undefined, closeTag: string) => {
    if (value !== undefined) {
      understood &&= !FOREIGN.test(value)
      return `{{${openValue}${renamed(value, names)}${closeValue}}}`
    }
    if (tag === undefined) return ''
    const assigned = tag.replace(/^(\s*)set\b/, '$1assign').replace(/^(\s*)elif\b/, '$1elsif')
    understood &&= !FOREIGN.test(tag) && !FOREIGN_TAG.test(tag)
    return whole === '' ? '' : `{%${openTag}${renamed(assigned, names)}${closeTag}%}`
  })
  return understood ? said : undefined
}

function renamed(code: string, names: ReadonlyMap<string, string>): string {
  const words = WORDS.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), code)
  return words.replaceAll(/(["'])(?:\\.|(?!\1).)*\1|(?<![\w.])[A-Za-z_]\w*/g, (word) => names.get(word) ?? word)
}
