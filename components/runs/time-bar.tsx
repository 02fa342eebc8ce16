'use client'

import { Pause, Play, Radio, StepBack, StepForward } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { formatDuration } from '@/domain/metric/figures'
import { isFinished } from '@/domain/run/run-state'
import { JumpButtons } from './jump-buttons'
import { SPEEDS, type Speed } from './playback-clock'
import { useRunStore, useRunView } from './run-context'
import { useMoment } from './use-moment'

/** Play, pace, the moment in figures, and the way back to live. `children`: what the rows below are. */
export function TimeBar({ children }: { children: ReactNode }) {
  const t = useTranslations('run.time')
  const store = useRunStore()
  const follow = useRunView((view) => view.follow)
  const playing = useRunView((view) => view.playback.kind === 'playing' && !view.follow)
  const speed = useRunView((view) => view.playback.speed)
  const finished = useRunView((view) => isFinished(view.head))
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 py-1.5">
      <IconButton size="sm" variant="secondary" label={playing ? t('pause') : t('play')} onClick={() => store.togglePlay()}>
        {playing ? <Pause aria-hidden className="size-4" /> : <Play aria-hidden className="size-4" />}
      </IconButton>
      <IconButton size="sm" label={t('back')} onClick={() => store.stepBy(-1)}><StepBack aria-hidden /></IconButton>
      <IconButton size="sm" label={t('forward')} onClick={() => store.stepBy(1)}><StepForward aria-hidden /></IconButton>
      <JumpButtons />
      <select aria-label={t('speed')} value={speed} onChange={(event) => store.setSpeed(Number(event.target.value) as Speed)} className="h-7 rounded-md border border-input bg-background px-1 text-xs">
        {SPEEDS.map((choice) => <option key={choice} value={choice}>{choice}×</option>)}
      </select>
      <Moment />
      <Place />
      <span className="flex-1" />
      {children}
      {follow ? (
        <span className="inline-flex items-center gap-1 text-xs font-medium text-state-running"><Radio aria-hidden className="size-3.5" /> {finished ? t('atEnd') : t('live')}</span>
      ) : (
        <Button size="sm" onClick={() => store.goLive()}><Radio aria-hidden className="size-3.5" /> {finished ? t('toEnd') : t('goLive')}</Button>
      )}
    </div>
  )
}

/** Figures that move are components of their own: the buttons beside them are not drawn again. */
function Moment() {
  const locale = useLocale()
  const store = useRunStore()
  const moment = useMoment(true)
  return <span className="text-xs text-muted-foreground tabular-nums" data-testid="moment-time" data-moment={moment}>{formatDuration(Math.max(0, moment - store.span().start), locale)}</span>
}

function Place() {
  const t = useTranslations('run.time')
  const seq = useRunView((view) => view.shown.seq)
  const of = useRunView((view) => view.head.seq)
  // On a phone the bar has two rows without it; the playhead says it too.
  return <span className="hidden text-xs text-muted-foreground tabular-nums sm:inline" data-testid="moment-seq" data-seq={seq}>{t('event', { seq, of })}</span>
}
