import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import { createSecretMask, MASK } from './mask-secrets'

const { text, json } = createSecretMask([])
/** Made of what secrets are made of, and long enough to be found in nothing else. */
const secret = fc.stringMatching(/^[A-Za-z0-9_~.-]{14,40}$/).map((body) => `Zq9${body}`)
const secretKey = fc.constantFrom('authorization', 'Authorization', 'apiKey', 'API_KEY', 'x-api-key', 'password', 'dbPassword', 'accessToken', 'token', 'refresh_token', 'clientSecret', 'Set-Cookie', 'privateKey', 'credentials', 'apikey', 'tokens')
const plainKey = fc.constantFrom('url', 'model', 'nodeId', 'detail', 'at')
const plain: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('a text', 'Step sena failed: no answer', '한국어'), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(plainKey, tie('value'), { maxKeys: 3 })),
})).value

/** `inner` put somewhere into `outer`, under keys and in lists. */
function bury(inner: Json, path: readonly (string | number)[], beside: Json): Json {
  return path.reduceRight<Json>((value, step) => (typeof step === 'number' ? [beside, value] : { beside, [step]: value }), inner)
}
const path = fc.array(fc.oneof(plainKey, fc.nat(3)), { maxLength: 6 })

describe('laws', () => {
  test('what stands under the name of a secret is nowhere in the line, however deep', () => {
    fc.assert(fc.property(secret, secretKey, path, plain, fc.boolean(), (value, key, steps, beside, listed) => {
      const masked = JSON.stringify(json(bury({ [key]: listed ? [value, { deeper: value }] : value }, steps, beside)))
      expect(masked).not.toContain(value)
      expect(masked).toContain(MASK)
    }))
  })

  test('a known secret is nowhere in the line: in a text, a key, an address, or encoded', () => {
    fc.assert(fc.property(fc.string({ minLength: 10 }), fc.string(), fc.string(), path, (value, before, after, steps) => {
      // A secret that is part of the mask, or of what stands around it, would prove nothing.
      fc.pre(!`${before}${after}`.includes(value) && !value.includes('*'))
      const mask = createSecretMask([value])
      expect(mask.text(`${before}${value}${after}`)).not.toContain(value)
      expect(mask.text(encodeURIComponent(value))).not.toContain(encodeURIComponent(value))
      expect(mask.text(Buffer.from(value).toString('base64'))).not.toContain(Buffer.from(value).toString('base64').replace(/=+$/, ''))
      const found: string[] = []
      JSON.stringify(mask.json(bury({ detail: `${before}${value}${after}`, [`key ${value}`]: 1 }, steps, null)), (key, inner: unknown) => (found.push(key, ...(typeof inner === 'string' ? [inner] : [])), inner))
      expect(found.filter((one) => one.includes(value))).toEqual([])
    }))
  })

  test('a text gives no secret away by its shape', () => {
    const shapes = fc.constantFrom<(value: string) => string>(
      (value) => `Authorization: Bearer ${value}`, (value) => `got "authorization":"${value}" back`, (value) => `GET https://api.test/x?api_key=${value}&n=1`, (value) => `password=${value}`,
      (value) => `{"clientSecret": "${value}"}`, (value) => `postgres://heddle:${value}@db:5432/heddle`, (value) => `x-api-key: ${value}`, (value) => `basic ${value}`, (value) => `refresh_token='${value}'`,
    )
    fc.assert(fc.property(secret, shapes, fc.constantFrom('', 'Call failed: ', '한국어 '), fc.constantFrom('', ', tried again', '\nnext'), (value, shape, before, after) => {
      const masked = text(`${before}${shape(value)}${after}`)
      expect(masked).not.toContain(value)
      expect(masked.startsWith(before)).toBe(true)
      expect(masked.endsWith(after)).toBe(true)
    }))
  })

  test('what holds no secret stays as it is, and what is masked does not change again', () => {
    fc.assert(fc.property(plain, (value) => { expect(json(value)).toEqual(value) }))
    fc.assert(fc.property(fc.oneof(plain, fc.tuple(secretKey, secret).map(([key, value]) => ({ [key]: value, note: `token=${value}` }))), (value) => { expect(json(json(value))).toEqual(json(value)) }))
  })
})

test.each<[Json, Json]>([
  [{ promptTokens: 12, completionTokens: 7, maxTokens: 100 }, { promptTokens: 12, completionTokens: 7, maxTokens: 100 }],
  [{ token: 'abc', tokens: ['a', 3] }, { token: MASK, tokens: [MASK, 3] }],
  [{ password: 1234, secret: { a: 1 }, apiKey: null }, { password: MASK, secret: MASK, apiKey: null }],
  [{ tokenizer: 'llama', author: 'me', keyboard: 'us' }, { tokenizer: 'llama', author: 'me', keyboard: 'us' }],
  [JSON.parse('{"__proto__": {"password": "x"}}') as Json, JSON.parse(`{"__proto__": {"password": "${MASK}"}}`) as Json],
])('%j becomes %j', (given, masked) => expect(json(given)).toEqual(masked))

test.each([
  ['Step a completed, 512 tokens in 3 s', 'Step a completed, 512 tokens in 3 s'],
  ['http://127.0.0.1:8000/v1 answered 500', 'http://127.0.0.1:8000/v1 answered 500'],
  ['key sk-proj-0123456789abcdefXYZ and AKIAABCDEFGHIJKLMNOP', 'key *** and ***'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1 was refused', '*** was refused'],
])('%s', (given, masked) => expect(text(given)).toBe(masked))

test('a long text of letters is looked through in time', () => {
  const long = 'a'.repeat(200_000)
  expect(text(`${long} bearer ${long}`)).toBe(`${long} bearer ${MASK}`)
})
