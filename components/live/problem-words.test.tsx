import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { ko } from '@/app/messages/ko'
import { sentencesOf, useProblemWords } from './problem-words'

function Told({ code }: { code: string }) {
  return sentencesOf(useProblemWords()({ code, message: 'No instance serves `llama`', hint: 'It serves `qwen`.' }))
}
const told = (locale: 'en' | 'ko', code: string) => renderToStaticMarkup(<NextIntlClientProvider locale={locale} timeZone="UTC" messages={locale === 'en' ? en : (ko as unknown as typeof en)}><Told code={code} /></NextIntlClientProvider>)

test('a refusal is said by its code, and in no language loses what the server names', () => {
  expect(told('en', 'MODEL_NOT_FOUND')).toBe('No instance serves this model. No instance serves `llama`. It serves `qwen`.')
  expect(told('ko', 'MODEL_NOT_FOUND')).toBe('이 모델을 서비스하는 인스턴스가 없습니다. No instance serves `llama`. It serves `qwen`. 플릿이 서비스하는 모델을 고르세요.')
})

test('a code that nobody knows is said as it came', () => expect(told('ko', 'OF_A_NEWER_SERVER')).toBe('No instance serves `llama`. It serves `qwen`.'))
