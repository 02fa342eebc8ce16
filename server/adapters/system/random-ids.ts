import { randomBytes } from 'node:crypto'
import type { Ids } from '@/server/ports/ids'

// Crockford's alphabet: sorts like the number, no letter that looks like a digit.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LENGTH = 10
const RANDOM_LENGTH = 16

/**
 * Ids in ULID's form, `run_01JABC…`: 48 bits of time, then 80 of chance.
 * Within one millisecond the random part counts up, so later ids of a process always sort after earlier ones.
 */
export function createRandomIds({ now = Date.now }: { now?: () => number } = {}): Ids {
  let lastMs = 0
  let random = 0n
  return {
    next(prefix) {
      const ms = Math.max(now(), lastMs)
      if (ms > lastMs) {
        lastMs = ms
        // The top bit stays free, so that counting up cannot overflow.
        random = BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n
      } else random += 1n + BigInt(randomBytes(4).readUInt32BE())
      return `${prefix}_${encode(BigInt(lastMs), TIME_LENGTH)}${encode(random, RANDOM_LENGTH)}`
    },
    secret: () => randomBytes(32).toString('base64url'),
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  }
}

function encode(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest >>= 5n) text = ALPHABET[Number(rest & 31n)]! + text
  return text
}
