import type { Locale } from '@/components/shell/locale'
import type { en } from '../messages/en'

export async function messagesOf(locale: Locale): Promise<typeof en> {
  switch (locale) {
    case 'en':
      return (await import('../messages/en')).en
    case 'ko':
      // messages.test.ts keeps both catalogues alike, key by key.
      return (await import('../messages/ko')).ko as unknown as typeof en
  }
}
