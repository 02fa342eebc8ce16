import { describe, expect, it } from 'vitest'
import { localeFrom } from './locale'

describe('the language of a first visit', () => {
  it.each([
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['en-GB,ko;q=0.9', 'en'],
    ['de, ko;q=0.3, en;q=0.2', 'ko'],
    ['en;q=0.1, ko;q=0.7', 'ko'],
    ['ko;q=0, fr', 'en'],
    ['', 'en'],
    [null, 'en'],
  ])('%s is %s', (header, locale) => expect(localeFrom(header)).toBe(locale))
})
