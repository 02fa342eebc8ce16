import { describe, expect, it } from 'vitest'
import { en } from './en'
import { ko } from './ko'

type Catalogue = { [key: string]: string | Catalogue }

/** `settings.server.title` → the message. */
function flat(catalogue: Catalogue, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, message] of flat(value, `${prefix}${key}.`)) found.set(inner, message)
  }
  return found
}

/** Arguments `{name}`, `{name, plural, …}` and tags `<name>` of an ICU message, selectors' own texts included. */
function argumentsOf(message: string): string[] {
  const found = new Set<string>()
  const text = message.replaceAll("''", '').replaceAll(/'[{}<][^']*'/g, '')
  for (const tag of text.matchAll(/<(\w+)>/g)) found.add(`<${tag[1]}>`)
  readText(text, 0, found)
  return [...found].sort()
}

/** Reads literal text up to its closing brace; returns where it stopped. */
function readText(text: string, from: number, found: Set<string>): number {
  let at = from
  while (at < text.length && text[at] !== '}') at = text[at] === '{' ? readArgument(text, at + 1, found) : at + 1
  return at
}

function readArgument(text: string, from: number, found: Set<string>): number {
  const [whole = '', name = '', kind] = /^\s*(\w+)\s*(?:,\s*(\w+))?/.exec(text.slice(from)) ?? []
  expect(name, `argument at ${from} of "${text}"`).not.toBe('')
  found.add(kind === undefined ? `{${name}}` : `{${name}, ${kind}}`)
  let at = from + whole.length
  while (at < text.length && text[at] !== '}') at = text[at] === '{' ? readText(text, at + 1, found) + 1 : at + 1
  expect(text[at], `"${text}" closes its braces`).toBe('}')
  return at + 1
}

const english = flat(en as Catalogue)
const korean = flat(ko as Catalogue)

describe('the catalogues', () => {
  it('hold the same keys', () => {
    expect([...english.keys()].filter((key) => !korean.has(key)), 'missing in ko').toEqual([])
    expect([...korean.keys()].filter((key) => !english.has(key)), 'missing in en').toEqual([])
  })

  it('use the same arguments and tags', () => {
    const uneven = [...english].filter(([key, message]) => korean.has(key) && argumentsOf(message).join() !== argumentsOf(korean.get(key) ?? '').join())
    expect(uneven.map(([key]) => key)).toEqual([])
  })

  it('leave no message empty', () => {
    expect([...english, ...korean].filter(([, message]) => message.trim() === '').map(([key]) => key)).toEqual([])
  })
})

describe('argumentsOf', () => {
  it.each([
    ['plain', []],
    ['{a} and <b>c</b>', ['<b>', '{a}']],
    ['{n, plural, one {# of {total}} other {#}}', ['{n, plural}', '{total}']],
    ["it''s {x}, not '{y}'", ['{x}']],
  ])('%s', (message, names) => expect(argumentsOf(message)).toEqual(names))
})
