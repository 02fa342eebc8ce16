'use client'

import { SlidersHorizontal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { IconButton } from '@/components/ui/icon-button'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { LanguageChoice, ThemeChoice } from './preferences'

/** Theme and language, one press away on every page. */
export function PreferencesMenu() {
  const t = useTranslations('shell')
  return (
    <Popover>
      <PopoverTrigger asChild>
        <IconButton label={t('preferences')} tooltipSide="right"><SlidersHorizontal /></IconButton>
      </PopoverTrigger>
      <PopoverContent label={t('preferences')} side="right" align="end" className="flex w-auto flex-col gap-3">
        <ThemeChoice />
        <LanguageChoice />
      </PopoverContent>
    </Popover>
  )
}
