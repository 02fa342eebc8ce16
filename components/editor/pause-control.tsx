'use client'

import { CirclePlay, Pause as PauseIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Pause } from '@/domain/run/pause'
import { useRefused } from '@/components/live/problem-words'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { useSetPause } from './editor-queries'

/** Holds the workflow's runs back, or lets them go on; while they are held, a badge says so. */
export function PauseControl({ workflowId, initial }: { workflowId: string; initial: Pause | null }) {
  const refused = useRefused()
  const t = useTranslations('editor.pause')
  const [paused, setPaused] = useState(initial)
  const change = useSetPause(workflowId)
  const set = (wanted: Pause | null) =>
    change.mutate(wanted, { onSuccess: (answer) => setPaused(answer.paused), onError: refused })
  if (paused !== null) {
    return (
      <>
        <Badge tone="waiting"><PauseIcon aria-hidden />{t(`badge.${paused}`)}</Badge>
        <Button busy={change.isPending} onClick={() => set(null)}><CirclePlay aria-hidden /> {t('resume')}</Button>
      </>
    )
  }
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild><Button busy={change.isPending}><PauseIcon aria-hidden /> <span className="max-sm:sr-only">{t('pause')}</span></Button></DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuItem onSelect={() => set('new')}>{t('new')}</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => set('all')}>{t('all')}</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
