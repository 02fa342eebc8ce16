'use client'

import { NextIntlClientProvider } from 'next-intl'
import { use, type ReactNode } from 'react'
import type { Locale } from '@/components/shell/locale'
import type { en } from '../messages/en'
import { messagesOf } from './messages-of'

const asked: Partial<Record<Locale, Promise<typeof en>>> = {}

/**
 * All texts in the reader's language. They come as a script of their own, which the browser keeps: within each page they were most of
 * it, written by the server, read and put together again at every opening.
 */
export function Texts({ locale, timeZone, children }: { locale: Locale; timeZone: string; children: ReactNode }) {
  const messages = use((asked[locale] ??= messagesOf(locale)))
  return <NextIntlClientProvider locale={locale} timeZone={timeZone} messages={messages}>{children}</NextIntlClientProvider>
}
