/**
 * Cuts one top-level member out of a JSON object's bytes; all other bytes stay as they came.
 * The bytes must already have been parsed as a JSON object: nothing is checked again.
 */
export function withoutMember(json: Buffer, name: string): Buffer {
  const key = Buffer.from(JSON.stringify(name))
  const cuts: [from: number, to: number][] = []
  let depth = 0
  let at = 0
  let previousComma = -1
  while (at < json.length) {
    const byte = json[at]
    if (byte === QUOTE) {
      const end = stringEnd(json, at)
      const isName = depth === 1 && json.subarray(at, end).equals(key) && nextByte(json, end) === COLON
      if (!isName) {
        at = end
        continue
      }
      const after = valueEnd(json, end)
      const comma = skipSpace(json, after)
      // A following comma goes with the member; the last member takes the comma before it.
      const followed = json[comma] === COMMA
      let start = at
      if (!followed) {
        for (let last = cuts.at(-1); last && last[0] > previousComma; last = cuts.at(-1)) {
          start = last[0]
          cuts.pop()
        }
        if (previousComma >= 0) start = previousComma
      }
      cuts.push([start, followed ? comma + 1 : after])
      at = followed ? comma + 1 : after
      continue
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
    else if (byte === COMMA && depth === 1) previousComma = at
    at++
  }
  if (cuts.length === 0) return json
  const pieces: Buffer[] = []
  let from = 0
  for (const [start, end] of cuts) {
    pieces.push(json.subarray(from, start))
    from = end
  }
  pieces.push(json.subarray(from))
  return Buffer.concat(pieces)
}

/** The object with these members, in place of any of the same name. */
export function withMembers(json: Buffer, members: Readonly<Record<string, unknown>>): Buffer {
  const rest = Object.keys(members).reduce(withoutMember, json)
  const brace = rest.indexOf(OPEN_BRACE)
  const added = JSON.stringify(members).slice(1, -1)
  const isEmpty = rest[skipSpace(rest, brace + 1)] === CLOSE_BRACE
  return Buffer.concat([rest.subarray(0, brace + 1), Buffer.from(isEmpty ? added : `${added},`), rest.subarray(brace + 1)])
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

/** @returns the index after the closing quote of the string that opens at `start` */
function stringEnd(json: Buffer, start: number): number {
  let quote = json.indexOf(QUOTE, start + 1)
  while (quote > 0) {
    let slashes = 0
    while (json[quote - 1 - slashes] === BACKSLASH) slashes++
    if (slashes % 2 === 0) return quote + 1
    quote = json.indexOf(QUOTE, quote + 1)
  }
  return json.length
}

/** @returns the index after the value that follows the colon after `from` */
function valueEnd(json: Buffer, from: number): number {
  let at = skipSpace(json, skipSpace(json, from) + 1)
  let depth = 0
  while (at < json.length) {
    const byte = json[at]
    if (byte === QUOTE) {
      at = stringEnd(json, at)
      if (depth === 0) return at
      continue
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at
    at++
  }
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function skipSpace(json: Buffer, from: number): number {
  let at = from
  while (isSpace(json[at])) at++
  return at
}

function nextByte(json: Buffer, from: number): number | undefined {
  return json[skipSpace(json, from)]
}
