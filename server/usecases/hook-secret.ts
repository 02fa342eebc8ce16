import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Ids } from '@/server/ports/ids'

/**
 * A webhook's secret, and what is kept of it: its SHA-256. With 256 bits of chance nobody guesses what was hashed.
 * A bearer shows the secret itself. A signature is made with the hash as its key (`signingKey`): whoever checks a signature
 * has to hold its key, so what is kept can be no other.
 */
export type HookSecret = { secret: string; signingKey: string; secretHash: string; secretEnd: string }

export function newHookSecret(ids: Pick<Ids, 'secret'>): HookSecret {
  const secret = `whs_${ids.secret()}`
  const secretHash = sha256(secret)
  return { secret, signingKey: secretHash, secretHash, secretEnd: secret.slice(-4) }
}

/** What a call shows to prove that it may. */
export type HookProof = { authorization: string | null; signature: string | null }

/** Whether the bearer is the secret, or the signature (`sha256=` and HMAC-SHA256 of the body in hex) was made with its key. Takes the same time wherever they differ. */
export function isProven(secretHash: string, { authorization, signature }: HookProof, body: Uint8Array): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (bearer !== undefined && sameHex(sha256(bearer), secretHash)) return true
  const signed = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1]
  return signed !== undefined && sameHex(createHmac('sha256', secretHash).update(body).digest('hex'), signed)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function sameHex(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}
