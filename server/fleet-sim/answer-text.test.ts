import { describe, expect, it } from 'vitest'
import { withParticle } from './answer-korean'
import { composeAnswer } from './answer-text'
import { promptTermsOf } from './prompt-terms'
import { encode } from './sim-tokenizer'

const answer = (system: string, user: string, seed = 1, toolResults: string[] = []): string =>
  composeAnswer({ terms: promptTermsOf(system, user), toolResults, seed, atLeastTokens: 0 })

const PROMPTS = [
  'Plan a research report about the impact of heat pumps on household energy costs in Germany.',
  'How does prefix caching reduce latency for multi-agent workflows?',
  'hi',
  '',
  '```js\nconst a = 1\n```',
  'Summarize the following text.\n\n' + 'Solar panels lose efficiency when hot. '.repeat(80),
  '전기차 배터리 시장의 전망을 요약해 주세요.',
  '마이크로서비스의 장단점은 무엇인가요?',
]

describe('composeAnswer', () => {
  it.each(PROMPTS)('60 to 220 tokens, no placeholder left: %#', (prompt) => {
    for (let seed = 0; seed < 40; seed++) {
      const text = answer('You are a careful analyst.', prompt, seed)
      expect(text).not.toMatch(/[{}]|undefined/)
      expect(encode(text).length, text).toBeGreaterThanOrEqual(50)
      expect(encode(text).length, text).toBeLessThanOrEqual(260)
    }
  })

  it('takes up the prompt and the role', () => {
    const all = Array.from({ length: 20 }, (_, seed) => answer('You are a security reviewer.', 'Review the session handling of our payment gateway.', seed))
    expect(all.every((text) => /session handling|payment gateway/i.test(text))).toBe(true)
    expect(all.some((text) => text.includes('security reviewer'))).toBe(true)
    expect(new Set(all).size).toBeGreaterThan(15)
  })

  it('answers Korean in Korean', () => {
    const text = answer('당신은 시장 분석가입니다.', '전기차 배터리 시장의 전망을 요약해 주세요.')
    const hangul = text.match(/[\uac00-\ud7a3]/g)?.length ?? 0
    const latin = text.match(/[a-z]/gi)?.length ?? 0
    expect(hangul).toBeGreaterThan(50)
    expect(latin).toBe(0)
    expect(text).toContain('전기차')
  })

  it('mentions what a tool returned', () => {
    expect(answer('', 'Weather in Seoul?', 1, ['21 degrees, clear'])).toContain('21 degrees, clear')
  })

  it('picks particles by the last sound', () => {
    expect([withParticle('학교', '이가'), withParticle('책', '이가'), withParticle('서울', '으로'), withParticle('집', '으로')]).toEqual(['학교가', '책이', '서울로', '집으로'])
  })
})
