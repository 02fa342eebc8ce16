'use client'

import { AlignCenterHorizontal, AlignCenterVertical, AlignEndHorizontal, AlignEndVertical, AlignHorizontalSpaceBetween, AlignStartHorizontal, AlignStartVertical, AlignVerticalSpaceBetween, LayoutGrid, type LucideIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ALIGNMENTS, type Alignment } from '@/domain/graph/align-nodes'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import type { useArrange } from './use-arrange'

const ICON: Record<Alignment, LucideIcon> = { left: AlignStartVertical, centre: AlignCenterVertical, right: AlignEndVertical, top: AlignStartHorizontal, middle: AlignCenterHorizontal, bottom: AlignEndHorizontal }

/** What can be done with the places of several nodes. */
export function SeveralPanel({ count, arranging }: { count: number; arranging: ReturnType<typeof useArrange> }) {
  const t = useTranslations('build')
  return (
    <section aria-label={t('places')} className="flex flex-col gap-2 p-3">
      <div className="flex flex-wrap gap-1">
        {ALIGNMENTS.map((how) => {
          const Icon = ICON[how]
          return <IconButton key={how} label={t(`align.${how}`)} onClick={() => arranging.align(how)}><Icon aria-hidden /></IconButton>
        })}
        <IconButton label={t('distribute.x')} disabled={count < 3} onClick={() => arranging.distribute('x')}><AlignHorizontalSpaceBetween aria-hidden /></IconButton>
        <IconButton label={t('distribute.y')} disabled={count < 3} onClick={() => arranging.distribute('y')}><AlignVerticalSpaceBetween aria-hidden /></IconButton>
      </div>
      <Button onClick={arranging.tidy}><LayoutGrid aria-hidden /> {t('tidySelection')}</Button>
    </section>
  )
}
