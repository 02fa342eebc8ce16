'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { cn } from '@/components/ui/cn'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { ChartRows } from './chart-rows'
import { LaneRows } from './lane-rows'
import { TimeBar } from './time-bar'
import { TimeTrack } from './time-track'
import { Waterfall } from './waterfall'

type View = 'lanes' | 'waterfall' | 'charts'

/** The run along its time, under the playhead that canvas and panels share: a lane a node, every span it is made of, or its figures and the fleet's. */
export function TimeSection({ graph }: { graph: Graph }) {
  const t = useTranslations('run.time')
  const [view, setView] = useState<View>('lanes')
  return (
    <section aria-label={t('label')} className={cn('flex shrink-0 flex-col border-t bg-card', view === 'lanes' ? 'h-44' : 'h-96 md:h-[48%]')}>
      <TimeBar>
        <SegmentedControl<View> label={t('view')} size="sm" value={view} onValueChange={setView} segments={[{ value: 'lanes', label: t('lanes') }, { value: 'waterfall', label: t('waterfall') }, { value: 'charts', label: t('charts') }]} />
      </TimeBar>
      {view === 'waterfall'
        ? <Waterfall graph={graph} />
        : <TimeTrack key={view} className="[--figures:0rem] [--names:7rem] sm:[--names:11rem]">{(rows) => (view === 'lanes' ? <LaneRows graph={graph} {...rows} /> : <ChartRows {...rows} />)}</TimeTrack>}
    </section>
  )
}
