import 'server-only'
import type { Json } from '@/domain/json'

export const MASK = '***'
/** A shorter value stands in too many innocent words. */
const SHORTEST_KNOWN = 4
/** Deeper data is cut: nobody reads it in a log line. */
const DEEPEST = 40

/** Keys whose value is a secret, as words: `apiKey`, `X-Api-Key` and `api_key` are the same three letters and key. */
const SECRET_KEY = /(^| )(authorization|password|passwd|passphrase|pwd|secrets?|credentials?|cookies?|api keys?|access keys?|private keys?|signing keys?|session ids?|bearer|jwt)$/
/** `promptTokens: 12` is a count: of these only texts are secret. */
const TOKEN_KEY = /(^| )tokens?$/

// What a text gives away by its shape. Each part is bounded or stops at a blank, so that no text makes it slow.
const NAMED = String.raw`(?:[\w-]{0,40}(?:password|passwd|passphrase|pwd|secret|token|api[-_]?key|apikey|access[-_]?key|private[-_]?key|credential|cookie))`
const SHAPES: [RegExp, string][] = [
  [/\b((?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?)(?:(bearer|basic|digest|token)\s{1,3})?[^\s"',;]+/gi, `$1${MASK}`],
  [/\b(bearer|basic)\s{1,3}[A-Za-z0-9+/=._~-]{8,}/gi, `$1 ${MASK}`],
  [new RegExp(String.raw`\b(${NAMED}["']?\s{0,3}[:=]\s{0,3})("[^"]*"|'[^']*'|[^\s"'&,;)\]}]+)`, 'gi'), `$1${MASK}`],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}):[^\s/@]+@/gi, `$1:${MASK}@`],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, MASK],
  [/\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\b(?:gh[pousr]|github_pat|hf|xox[abeprs]|glpat)[-_][A-Za-z0-9_-]{10,}|\bAKIA[0-9A-Z]{16}\b/g, MASK],
]

export type SecretMask = { text(text: string): string; json(value: Json): Json }

/**
 * Takes secrets out of what is logged: by the name of their key, by their shape, and by value where it is known.
 * @param known secrets this server was configured with; also found percent-encoded or in base64
 */
export function createSecretMask(known: readonly string[]): SecretMask {
  const values = known.filter((value) => value.length >= SHORTEST_KNOWN).flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')])
  // The longest first: one may be part of another.
  const forms = [...new Set(values)].sort((a, b) => b.length - a.length)

  function text(given: string): string {
    let masked = given
    for (const form of forms) masked = masked.replaceAll(form, MASK)
    for (const [shape, mask] of SHAPES) masked = masked.replace(shape, mask)
    return masked
  }

  function json(value: Json, depth = 0): Json {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth >= DEEPEST) return '…'
    if (Array.isArray(value)) return value.map((item) => json(item, depth + 1))
    // Not by assignment: a key may be called `__proto__`.
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), isSecret(key, inner) ? MASK : TOKEN_KEY.test(wordsOf(key)) ? withoutTexts(inner) : json(inner, depth + 1)]))
  }

  return { text, json: (value) => json(value) }
}

function isSecret(key: string, value: Json): boolean {
  return value !== null && SECRET_KEY.test(wordsOf(key))
}

function withoutTexts(value: Json): Json {
  if (typeof value === 'string') return MASK
  if (Array.isArray(value)) return value.map(withoutTexts)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutTexts(inner)]))
  return value
}

/** `xApiKey`, `X-API-KEY`, `x_api_key` → `x api key` */
function wordsOf(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[^A-Za-z0-9]+/g, ' ').trim().toLowerCase().replaceAll('apikey', 'api key')
}
