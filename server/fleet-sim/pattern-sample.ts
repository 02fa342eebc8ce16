import type { Random } from './seeded-random'

/**
 * Writes a text that matches a regular expression: literals, classes, groups, alternatives and counts.
 * Look-around, back references and word edges are passed over. An unbounded count stops at two more than its minimum.
 */
export function samplePattern(pattern: string, random: Random): string {
  const parser = { pattern, at: 0, random }
  return alternatives(parser)
}

type Parser = { readonly pattern: string; at: number; readonly random: Random }

function alternatives(parser: Parser): string {
  const branches = [sequence(parser)]
  while (parser.pattern[parser.at] === '|') {
    parser.at++
    branches.push(sequence(parser))
  }
  return branches[Math.floor(parser.random() * branches.length)] ?? ''
}

function sequence(parser: Parser): string {
  let text = ''
  while (parser.at < parser.pattern.length && !'|)'.includes(parser.pattern[parser.at] as string)) {
    const start = parser.at
    const first = atom(parser)
    const end = parser.at
    const [least, most] = count(parser)
    const after = parser.at
    const times = least + Math.floor(parser.random() * (most - least + 1))
    for (let i = 0; i < times; i++) {
      if (i === 0) text += first
      else {
        parser.at = start
        text += atom(parser)
        if (parser.at !== end) break
      }
    }
    parser.at = after
  }
  return text
}

function count(parser: Parser): [number, number] {
  const rest = parser.pattern.slice(parser.at)
  const braces = /^\{(\d+)(?:(,)(\d*))?\}/.exec(rest)
  let range: [number, number] = [1, 1]
  if (braces) {
    const least = Number(braces[1])
    range = [least, braces[2] === undefined ? least : braces[3] ? Number(braces[3]) : least + 2]
    parser.at += braces[0].length
  } else if (rest[0] === '*' || rest[0] === '+' || rest[0] === '?') {
    range = rest[0] === '?' ? [0, 1] : rest[0] === '*' ? [0, 2] : [1, 3]
    parser.at++
  } else {
    return range
  }
  if (parser.pattern[parser.at] === '?' || parser.pattern[parser.at] === '+') parser.at++
  return range
}

const CLASSES: Record<string, string> = { d: '0123456789', w: 'abcdefghijklmnopqrstuvwxyz', s: ' ', D: 'abcxyz', W: '-', S: 'abcxyz' }
const EDGES = new Set(['b', 'B', 'A', 'z', 'Z'])
const CONTROLS: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function atom(parser: Parser): string {
  const character = parser.pattern[parser.at++] as string
  if (character === '^' || character === '$') return ''
  if (character === '.') return pick('abcdefghijklmnopqrstuvwxyz', parser)
  if (character === '[') return pick(classOf(parser), parser)
  if (character === '\\') return escaped(parser)
  if (character !== '(') return character
  const head = /^\?(?::|<[A-Za-z]\w*>|<?[=!])/.exec(parser.pattern.slice(parser.at))?.[0] ?? ''
  parser.at += head.length
  const inner = alternatives(parser)
  parser.at++
  return /[=!]$/.test(head) ? '' : inner
}

function escaped(parser: Parser): string {
  const character = parser.pattern[parser.at++] ?? ''
  if (EDGES.has(character)) return ''
  const set = CLASSES[character]
  return set === undefined ? (CONTROLS[character] ?? character) : pick(set, parser)
}

/** The characters of `[...]`; for a negated class those of a small alphabet that it leaves. */
function classOf(parser: Parser): string {
  const negated = parser.pattern[parser.at] === '^'
  if (negated) parser.at++
  let set = ''
  while (parser.at < parser.pattern.length && (parser.pattern[parser.at] !== ']' || set === '')) {
    let character = parser.pattern[parser.at++] as string
    if (character === '\\') {
      const name = parser.pattern[parser.at++] as string
      if (CLASSES[name] !== undefined) {
        set += CLASSES[name]
        continue
      }
      character = CONTROLS[name] ?? name
    }
    const last = parser.pattern[parser.at + 1]
    if (parser.pattern[parser.at] === '-' && last !== undefined && last !== ']') {
      parser.at += 2
      for (let code = character.charCodeAt(0); code <= last.charCodeAt(0); code++) set += String.fromCharCode(code)
    } else set += character
  }
  parser.at++
  if (!negated) return set
  return [...'abcdefghijklmnopqrstuvwxyz0123456789 -_'].filter((each) => !set.includes(each)).join('') || '~'
}

function pick(set: string, parser: Parser): string {
  return set[Math.floor(parser.random() * set.length)] ?? ''
}
