'use client'

import { BellOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRefused } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { useSilence } from './alert-queries'
import { useAlertWords } from './alert-words'

const DURATIONS_MS = [900_000, 3_600_000, 8 * 3_600_000, 86_400_000, 7 * 86_400_000]

/** Tells nobody of an alert, or of all of a rule, for a while. @param label its name, which says of what */
export function SilenceMenu({ ruleId, subject, label }: { ruleId: string; subject?: string; label: string }) {
  const refused = useRefused()
  const t = useTranslations('alerts')
  const words = useAlertWords()
  const silence = useSilence()
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild><Button size="sm" busy={silence.isPending} aria-label={label}><BellOff aria-hidden /> {t('silence')}</Button></DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>{t('silenceFor')}</DropdownMenuLabel>
        {DURATIONS_MS.map((durationMs) => <DropdownMenuItem key={durationMs} onSelect={() => silence.mutate({ ruleId, durationMs, ...(subject !== undefined && { subject }) }, { onError: refused })}>{words.duration(durationMs)}</DropdownMenuItem>)}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
