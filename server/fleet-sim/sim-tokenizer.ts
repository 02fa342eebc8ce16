/**
 * A tokeniser without a vocabulary: a token is up to six UTF-8 bytes of a word, and its id is those bytes
 * behind a leading 1, so that any process can turn ids back into text. English comes to about four characters
 * a token, Korean to one or two syllables; a real model's ids are smaller and its cuts are learned.
 */
const MAX_TOKEN_BYTES = 6

/** Ids below 256 are free for special tokens, as a one-byte token is 256 or more. */
export const special = { turnStart: 1, turnEnd: 2 } as const
const specialText = new Map<number, string>([
  [special.turnStart, '<|im_start|>'],
  [special.turnEnd, '<|im_end|>'],
])

const PIECES = / ?[A-Za-z\u00c0-\u024f]+| ?[0-9]{1,3}| ?[\uac00-\ud7a3]+|[^\S ]+| +(?=\S)|\s+| ?[^\sA-Za-z0-9\u00c0-\u024f\uac00-\ud7a3]{1,2}/gu
const PIECE_CACHE_SIZE = 20_000
const pieceCache = new Map<string, readonly number[]>()
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** Of a token's text: a special one is the longest. */
const LONGEST_BYTES = Math.max(MAX_TOKEN_BYTES, ...[...specialText.values()].map((text) => text.length))

/** Text to token ids; the same text always gives the same ids. */
export function encode(text: string): number[] {
  const tokens: number[] = []
  for (const [piece] of text.matchAll(PIECES)) {
    let ids = pieceCache.get(piece)
    if (!ids) {
      ids = encodePiece(piece)
      if (pieceCache.size >= PIECE_CACHE_SIZE) pieceCache.clear()
      if (piece.length <= 24) pieceCache.set(piece, ids)
    }
    for (const id of ids) tokens.push(id)
  }
  return tokens
}

function encodePiece(piece: string): number[] {
  const ids: number[] = []
  let id = 1
  let size = 0
  for (const character of piece) {
    const bytes = encoder.encode(character)
    if (size + bytes.length > MAX_TOKEN_BYTES) {
      ids.push(id)
      id = 1
      size = 0
    }
    for (const byte of bytes) id = id * 256 + byte
    size += bytes.length
  }
  if (size > 0) ids.push(id)
  return ids
}

/** The text of one token; a replacement character for an id that `encode` never gives. */
export function tokenText(id: number): string {
  return decode([id])
}

/** Token ids to text: `decode(encode(text)) === text` unless a surrogate stands alone. All bytes become text at once: prompts have thousands of tokens. */
export function decode(tokens: readonly number[]): string {
  const bytes = new Uint8Array(tokens.length * LONGEST_BYTES)
  let size = 0
  for (const id of tokens) {
    const named = specialText.get(id) ?? (Number.isSafeInteger(id) && id >= 256 ? undefined : '\ufffd')
    if (named !== undefined) {
      size += encoder.encodeInto(named, bytes.subarray(size)).written
      continue
    }
    let count = 0
    for (let rest = id; rest >= 256; rest = Math.floor(rest / 256)) count += 1
    for (let rest = id, at = size + count; at > size; rest = Math.floor(rest / 256)) bytes[--at] = rest % 256
    size += count
  }
  return decoder.decode(bytes.subarray(0, size))
}
