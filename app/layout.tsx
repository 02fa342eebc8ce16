import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '@fontsource-variable/noto-sans-kr'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { getLocale, getTimeZone, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Providers } from '@/components/shell/providers'
import { Texts } from './i18n/texts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('shell')
  const common = await getTranslations('common')
  return { title: { default: common('appName'), template: `%s · ${common('appName')}` }, description: t('description') }
}

export const viewport: Viewport = { themeColor: [{ media: '(prefers-color-scheme: light)', color: '#fafbfb' }, { media: '(prefers-color-scheme: dark)', color: '#0e1011' }] }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale()
  return (
    // next-themes sets the theme's class before the first paint, which the server cannot know.
    <html lang={locale} suppressHydrationWarning>
      <body>
        <Texts locale={locale} timeZone={await getTimeZone()}>
          <Providers>{children}</Providers>
        </Texts>
      </body>
    </html>
  )
}
