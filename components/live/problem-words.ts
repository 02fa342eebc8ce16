'use client'

import { useLocale, useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { asProblem } from './problem-error'

/** A refusal of the server, or why a step failed. `status` 0: no answer came. */
type Said = { code: string; message: string; hint?: string | undefined; status?: number }
type ProblemWords = { title: string; /** What the server says of this very case, in English. */ detail?: string; hint?: string | undefined }

/**
 * Refusals and failures in the reader's language, by their code. What they say of the very case, with its names and numbers, is the
 * server's English and stays beside it; one whose code nobody knows, as that of a newer server, is said as it came.
 */
export function useProblemWords(): (said: Said) => ProblemWords {
  const t = useTranslations('problems')
  const locale = useLocale()
  return ({ code, message, hint, status }) => {
    if (status === 0) return { title: t('noAnswer'), hint: t('noAnswerHint') }
    const [title, next] = [`of.${code}.title`, `of.${code}.hint`] as Parameters<typeof t.has>[0][]
    if (!t.has(title!)) return { title: message, hint }
    // Its hint may name what there is: in another language it stays with the case.
    const [detail, then] = locale === 'en' ? [message, hint ?? t(next!)] : [sentencesOf({ detail: message, hint }), t(next!)]
    return { title: t(title!), ...(message !== t(title!) && { detail }), hint: then }
  }
}

/** All of it in one line. */
export function sentencesOf({ title, detail, hint }: Partial<ProblemWords>): string {
  return [title, detail, hint].flatMap((text) => (text === undefined || text === '' ? [] : [/[.!?…]$/.test(text) ? text : `${text}.`])).join(' ')
}

/** Tells the reader that something was not done, and what to do about it. */
export function useRefused(): (error: unknown) => void {
  const words = useProblemWords()
  return (error) => {
    const { title, ...more } = words(asProblem(error))
    toast.error(title, { description: sentencesOf(more) })
  }
}
