'use client'

import { ChevronLeft, ChevronRight, Maximize2, ZoomIn } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { moved, RANGES, zoomedIn, type RangeName, type TimeRange } from './time-range'

/** Which time the charts show. `back`: what a time that was drawn goes back to. */
export function RangePicker({ range, names, back, onChange }: { range: TimeRange; names: readonly RangeName[]; back: TimeRange; onChange: (range: TimeRange) => void }) {
  const t = useTranslations('charts')
  const locale = useLocale()
  const value = range.kind === 'last' ? names.find((name) => RANGES[name] === range.ms) : undefined
  return (
    <div role="group" aria-label={t('range')} className="flex flex-wrap items-center gap-1 print:hidden">
      <SegmentedControl<RangeName> label={t('last')} size="sm" value={value} onValueChange={(name) => onChange({ kind: 'last', ms: RANGES[name] })} segments={names.map((name) => ({ value: name, label: t(`name.${name}`) }))} />
      <IconButton size="sm" label={t('earlier')} onClick={() => onChange(moved(range, -1, Date.now()))}><ChevronLeft aria-hidden /></IconButton>
      <IconButton size="sm" label={t('later')} disabled={range.kind === 'last'} onClick={() => onChange(moved(range, 1, Date.now()))}><ChevronRight aria-hidden /></IconButton>
      <IconButton size="sm" label={t('zoomIn')} onClick={() => onChange(zoomedIn(range, Date.now()))}><ZoomIn aria-hidden /></IconButton>
      {range.kind === 'between' && (
        <>
          <span className="text-xs text-muted-foreground tabular-nums">{t('between', { from: formatMoment(range.from, locale), to: formatMoment(range.to, locale) })}</span>
          <Button size="sm" onClick={() => onChange(back)}><Maximize2 aria-hidden className="size-3.5" /> {t('reset')}</Button>
        </>
      )}
    </div>
  )
}
