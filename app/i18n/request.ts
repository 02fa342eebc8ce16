import { getRequestConfig } from 'next-intl/server'
import { cookies, headers } from 'next/headers'
import { isLocale, localeCookie, localeFrom, type Locale } from '@/components/shell/locale'
import type { en } from '@/app/messages/en'
import { messagesOf } from './messages-of'

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof en
  }
}

// No locale in the path: a link shown to a colleague opens in the colleague's language.
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(localeCookie)?.value
  const locale = isLocale(chosen) ? chosen : localeFrom((await headers()).get('accept-language'))
  return { locale, messages: await messagesOf(locale) }
})
