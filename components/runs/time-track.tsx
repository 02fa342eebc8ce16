'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type PointerEventHandler, type ReactNode, type RefObject } from 'react'
import { formatDuration } from '@/domain/metric/figures'
import { cn } from '@/components/ui/cn'
import type { RunStore } from './run-store'
import { useRunStore, useRunView } from './run-context'
import { TimeMarks } from './time-marks'
import { timeActionOf } from './time-keys'
import { useSpan } from './use-moment'

/** What moves the playhead on a press: rows give it to the area of their bars. */
export type Drag = { onPointerDown: PointerEventHandler<HTMLElement>; onPointerMove: PointerEventHandler<HTMLElement> }
export type TrackRows = { start: number; end: number; scroll: HTMLElement | null; drag: Drag }

type TimeTrackProps = {
  /** Sets `--names` and `--figures`: the widths of what stands left and right of the bars. */
  className: string
  captions?: ReactNode
  children: (rows: TrackRows) => ReactNode
}

/** Rows and marks under one playhead. Its place is written to the DOM on every frame; React renders at boundaries only. */
export function TimeTrack({ className, captions, children }: TimeTrackProps) {
  const store = useRunStore()
  // State, not a ref: the rows below need it in the same commit in which it appears.
  const [scroll, setScroll] = useState<HTMLDivElement | null>(null)
  const knob = useRef<HTMLDivElement>(null)
  const line = useRef<HTMLDivElement>(null)
  const { start, end } = useSpan()
  const playing = useRunView((view) => !view.follow && view.playback.kind === 'playing')

  useEffect(() => {
    const place = () => {
      const share = store.view.getState().follow ? 1 : (store.position() - start) / (end - start)
      const at = `translateX(${Math.min(1, Math.max(0, share)) * 100}%)`
      for (const part of [knob.current, line.current]) if (part) part.style.transform = at
    }
    place()
    const stop = store.view.subscribe(place)
    let frame = 0
    const loop = () => {
      const goesOn = store.tick()
      place()
      if (goesOn) frame = requestAnimationFrame(loop)
    }
    if (playing) frame = requestAnimationFrame(loop)
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [store, playing, start, end])

  const span = useRef({ start, end })
  useLayoutEffect(() => void (span.current = { start, end }), [start, end])
  // The same for good: rows are not drawn again for it.
  const drag: Drag = useMemo(() => ({
    onPointerDown(event) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      store.showTime(momentAt(event, span.current))
    },
    onPointerMove(event) {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) store.showTime(momentAt(event, span.current))
    },
  }), [store])
  return (
    <div ref={setScroll} className={cn('relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto', className)}>
      <div className="sticky top-0 z-10 flex h-6 border-b bg-card pr-4">
        <span className="w-(--names) shrink-0" />
        <Ruler start={start} end={end} drag={drag} knob={knob} />
        {captions}
      </div>
      <div className="relative">
        {children({ start, end, scroll, drag })}
        <div aria-hidden className="pointer-events-none absolute inset-y-0 right-[calc(var(--figures)+1rem)] left-(--names)">
          <div ref={line} className="size-full"><div className="-ml-px h-full w-0.5 bg-primary" /></div>
        </div>
      </div>
    </div>
  )
}

/** The playhead's own control. It alone is drawn at every event of a run that goes on; the rows below are not. */
function Ruler({ start, end, drag, knob }: { start: number; end: number; drag: Drag; knob: RefObject<HTMLDivElement | null> }) {
  const t = useTranslations('run.time')
  const locale = useLocale()
  const store = useRunStore()
  const seq = useRunView((view) => view.shown.seq)
  const headSeq = useRunView((view) => view.head.seq)
  const elapsed = formatDuration(Math.max(0, (store.timeline.timeOf(seq) ?? start) - start), locale)
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t('playhead')}
      aria-valuemin={0}
      aria-valuemax={headSeq}
      aria-valuenow={seq}
      aria-valuetext={t('momentText', { seq, of: headSeq, time: elapsed })}
      className="relative flex-1 cursor-ew-resize touch-none"
      onKeyDown={(event) => onTimeKey(event, store)}
      {...drag}
    >
      <TimeMarks start={start} end={end} />
      <div ref={knob} aria-hidden className="pointer-events-none absolute inset-0">
        <div className="absolute top-1 -left-1.5 h-5 w-3 rounded-t-sm rounded-b-lg bg-primary" />
      </div>
    </div>
  )
}

function momentAt(event: PointerEvent<HTMLElement>, { start, end }: { start: number; end: number }): number {
  const box = event.currentTarget.getBoundingClientRect()
  return start + ((event.clientX - box.left) / Math.max(1, box.width)) * (end - start)
}

function onTimeKey(event: KeyboardEvent, store: RunStore): void {
  const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : timeActionOf(event.key, event.shiftKey)
  if (!action) return
  event.preventDefault()
  switch (action.do) {
    case 'step':
      return store.stepBy(action.by)
    case 'start':
      return store.showSeq(1)
    case 'end':
      return store.showSeq(store.timeline.headSeq)
    case 'toggle':
      return store.togglePlay()
    case 'live':
      return store.goLive()
  }
}
