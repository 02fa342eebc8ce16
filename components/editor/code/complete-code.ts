import { isTemplate } from '@/domain/graph/references'
import type { InsertablePath } from '../forms/insertable-paths'

export type CodeLanguage = 'liquid' | 'cel' | 'either'
export type Offer = { text: string; kind: 'value' | 'filter' | 'function' | 'word'; type?: string; node?: string }
export type Completion = { from: number; offers: readonly Offer[] }

/** As the engine reads it. */
export function languageOf(language: CodeLanguage, text: string): 'liquid' | 'cel' {
  return language === 'either' ? (isTemplate(text) ? 'liquid' : 'cel') : language
}

const FILTERS = ['append', 'capitalize', 'compact', 'date', 'default', 'divided_by', 'downcase', 'escape', 'first', 'join', 'json', 'last', 'map', 'minus', 'plus', 'prepend', 'remove', 'replace', 'reverse', 'round', 'size', 'slice', 'sort', 'split', 'strip', 'times', 'truncate', 'truncatewords', 'uniq', 'upcase', 'where']
const TAGS = ['if', 'elsif', 'else', 'endif', 'unless', 'endunless', 'for', 'endfor', 'case', 'when', 'endcase', 'assign', 'capture', 'endcapture', 'comment', 'endcomment', 'raw', 'endraw']
const FUNCTIONS = ['has', 'size', 'string', 'int', 'double', 'bool', 'timestamp', 'duration', 'matches', 'startsWith', 'endsWith', 'contains', 'map', 'filter', 'all', 'exists', 'exists_one']

/** What may stand where the caret is; undefined where a person writes plain text. @param asked by key, not by typing */
export function completeCode(language: CodeLanguage, text: string, at: number, paths: readonly InsertablePath[], asked = false): Completion | undefined {
  const before = text.slice(0, at)
  const code = languageOf(language, text) === 'cel' ? before : insideBraces(before)
  if (code === undefined || inString(code)) return undefined
  const word = /(?:[A-Za-z_][\w-]*(?:\.|\[\d*\]?|\["[^"\]]*"?\]?)?)*$/.exec(code)?.[0] ?? ''
  const lead = code.slice(0, code.length - word.length)
  if (word === '' && !asked && !/(?:\{\{-?|\||\{%-?)\s*$/.test(lead)) return undefined
  const offers = languageOf(language, text) === 'cel' ? celOffers(word, paths) : liquidOffers(lead, word, paths)
  return offers.length === 0 ? undefined : { from: at - word.length, offers }
}

function liquidOffers(lead: string, word: string, paths: readonly InsertablePath[]): Offer[] {
  if (/\|\s*$/.test(lead)) return startingWith(word, FILTERS).map((text) => ({ text, kind: 'filter' }))
  if (/^\{%-?\s*$/.test(lead)) return startingWith(word, TAGS).map((text) => ({ text, kind: 'word' }))
  return values(word, paths)
}

function celOffers(word: string, paths: readonly InsertablePath[]): Offer[] {
  return [...values(word, paths), ...(word.includes('.') ? [] : startingWith(word, FUNCTIONS).map((text): Offer => ({ text: `${text}(`, kind: 'function' })))]
}

function values(word: string, paths: readonly InsertablePath[]): Offer[] {
  return paths.filter(({ path }) => path !== word && path.toLowerCase().includes(word.toLowerCase())).map(({ path, type, node }) => ({ text: path, kind: 'value', type, node }))
}

function startingWith(word: string, all: readonly string[]): string[] {
  return all.filter((one) => one.startsWith(word.toLowerCase()) && one !== word)
}

/** From the braces that are open at the end; undefined where none are. */
function insideBraces(before: string): string | undefined {
  const open = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'))
  const closed = Math.max(before.lastIndexOf('}}'), before.lastIndexOf('%}'))
  return open > closed ? before.slice(open) : undefined
}

function inString(code: string): boolean {
  const bare = code.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')
  // A key in brackets is being written, not a text.
  return /["']/.test(bare) && !/\["[^"\]]*$/.test(bare)
}
