'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { useSyncExternalStore } from 'react'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { localeCookie, locales, type Locale } from './locale'

const YEAR_SECONDS = 365 * 24 * 3600
const themes = [{ value: 'system', icon: <Monitor /> }, { value: 'light', icon: <Sun /> }, { value: 'dark', icon: <Moon /> }] as const
type Theme = (typeof themes)[number]['value']

/** The server does not know the browser's theme: shown once the page is in the browser. */
function useInBrowser(): boolean {
  return useSyncExternalStore(() => () => undefined, () => true, () => false)
}

export function ThemeChoice({ iconOnly = false }: { iconOnly?: boolean }) {
  const t = useTranslations('shell.theme')
  const { theme, setTheme } = useTheme()
  const inBrowser = useInBrowser()
  return (
    <SegmentedControl<Theme>
      label={t('label')}
      iconOnly={iconOnly}
      value={inBrowser ? (theme as Theme | undefined) : undefined}
      onValueChange={setTheme}
      segments={themes.map(({ value, icon }) => ({ value, icon, label: t(value) }))}
    />
  )
}

export function LanguageChoice() {
  const t = useTranslations('shell.language')
  const router = useRouter()
  const locale = useLocale()
  const choose = (chosen: Locale) => {
    document.cookie = `${localeCookie}=${chosen}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
    router.refresh()
  }
  return <SegmentedControl<Locale> label={t('label')} value={locale} onValueChange={choose} segments={locales.map((value) => ({ value, label: t(value), lang: value }))} />
}
