import { describe, expect, it } from 'vitest'
import { decode, encode } from './sim-tokenizer'

const ENGLISH =
  'The quick release of small improvements lets a team learn from its users, whereas large projects often fail because nobody checks the assumptions they rest on until it is too late to change them.'
const KOREAN = '작은 개선을 자주 내놓으면 사용자에게서 배울 수 있지만, 큰 프로젝트는 가정을 확인하지 않아 실패하는 일이 많습니다.'

describe('sim-tokenizer', () => {
  it.each([ENGLISH, KOREAN, '', ' ', 'a\n\n  b\t c  ', '{"a": [1, 2.5e10, null]}', '👩‍👩‍👧 naïve Ünïcode — “quotes” 漢字', 'x'.repeat(100), '   lead and trail   ', '\ufeffmark'])(
    'round trip %#',
    (text) => {
      expect(decode(encode(text))).toBe(text)
    },
  )

  it('comes to about four characters a token in English, one to two syllables in Korean', () => {
    const english = ENGLISH.length / encode(ENGLISH).length
    expect(english).toBeGreaterThan(3.2)
    expect(english).toBeLessThan(5)
    const korean = KOREAN.length / encode(KOREAN).length
    expect(korean).toBeGreaterThan(1)
    expect(korean).toBeLessThan(2.5)
  })

  it('gives exact integers and survives ids it never made', () => {
    expect(encode(ENGLISH + KOREAN).every((id) => Number.isSafeInteger(id) && id >= 256)).toBe(true)
    expect(decode([77, -1])).toBe('\ufffd\ufffd')
    expect(decode([1, ...encode('said'), 2])).toBe('<|im_start|>said<|im_end|>')
  })
})
