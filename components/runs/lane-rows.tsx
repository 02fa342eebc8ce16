'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useTranslations } from 'next-intl'
import { memo, useMemo } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { locate } from '@/domain/run/run-graph'
import { stepOf } from '@/domain/run/run-state'
import { barsOf } from '@/domain/run/step-bars'
import { cn } from '@/components/ui/cn'
import { compiledGraph } from './compiled-graph'
import { stepCount } from './run-figures'
import { laneNames, sameLane, type Lane, type LaneName } from './run-lanes'
import { useRunStore, useRunView, useSameOfRun } from './run-context'
import type { RunView } from './run-store'
import { BAR_FILL } from './status-look'
import type { TrackRows } from './time-track'

const ROW_PX = 24

/** A row per step; only those in sight are drawn. Rows show the whole run, the playhead says how much of it the page shows. */
export function LaneRows({ graph, start, end, scroll, drag }: TrackRows & { graph: Graph }) {
  // New keys appear when a map starts its inner steps; a row knows its own changes.
  const count = useRunView((view) => stepCount(view.head))
  const store = useRunStore()
  // `count` stands for the keys of the steps, which is all the names depend on.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const lanes = useMemo(() => laneNames(graph, store.view.getState().head), [graph, store, count])
  // The virtualizer's functions are not memo-safe; nothing here hands them on.
   
  const rows = useVirtualizer({ count: lanes.length, getScrollElement: () => scroll, estimateSize: () => ROW_PX, overscan: 6 })
  return (
    <div style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((row) => {
        const lane = lanes[row.index]
        return lane && (
          <div key={lane.key} className="absolute inset-x-0 flex items-stretch pr-4" style={{ top: row.start, height: ROW_PX }}>
            <LaneRow lane={lane} start={start} end={end} />
            {/* The bars' own area takes the pointer, so that a press on a lane moves the playhead there. */}
            <div className="absolute inset-y-0 right-4 left-(--names) cursor-ew-resize touch-pan-y" {...drag} />
          </div>
        )
      })}
    </div>
  )
}

const LaneRow = memo(function LaneRow({ lane, start, end }: { lane: LaneName; start: number; end: number }) {
  const t = useTranslations('run.time')
  const store = useRunStore()
  const { bars, reused, finishedAt } = useSameOfRun((view) => laneOf(view, lane.key), sameLane)
  const selected = useRunView((view) => view.selected === lane.key)
  const percent = (ms: number) => Math.min(100, Math.max(0, ((ms - start) / (end - start)) * 100))
  const name = reused ? t('reusedLane', { name: lane.name }) : lane.name
  return (
    <>
      <button type="button" aria-pressed={selected} onClick={() => store.select(lane.key)} className={cn('w-(--names) shrink-0 truncate border-r px-2 text-left text-xs', lane.inner && 'pl-5 font-mono text-2xs text-muted-foreground', selected ? 'bg-accent font-medium' : 'hover:bg-accent')}>
        {name}
      </button>
      <div aria-hidden className={cn('relative flex-1 border-b', selected && 'bg-accent/60')}>
        {bars.map((bar, index) => (
          <span key={index} className={cn('absolute inset-y-1.5 min-w-0.5 rounded-xs', reused ? 'bg-state-reused' : BAR_FILL[bar.kind])} style={{ left: `${percent(bar.from)}%`, width: `${percent(bar.to ?? end) - percent(bar.from)}%` }} />
        ))}
        {bars.length === 0 && finishedAt !== undefined && (
          <span className={cn('absolute inset-y-2 w-1 rounded-xs', reused ? 'bg-state-reused' : 'bg-state-skipped-border')} style={{ left: `${percent(finishedAt)}%` }} />
        )}
      </div>
    </>
  )
})

/** What a lane draws of its step. A piece of text changes nothing of it. */
function laneOf({ head, graph }: RunView, key: string): Lane {
  const step = stepOf(head, key)
  const waits = step.state.kind === 'running' && graph !== undefined && locate(compiledGraph(graph), key)?.node.type === 'approval'
  return { bars: barsOf(step, waits), reused: step.reusedFrom !== undefined, finishedAt: step.finishedAt }
}
