'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { formatDuration } from '@/domain/metric/figures'
import { isFinished } from '@/domain/run/run-state'
import { useRunStore, useRunView } from './run-context'
import { RunLanes } from './run-lanes-view'
import { TimeMarks } from './time-marks'
import { timeActionOf } from './time-keys'
import { useSpan } from './use-span'

/** Lanes and marks under one playhead. The head's place is written to the DOM on every frame; React renders at boundaries only. */
export function TimeTrack({ graph }: { graph: Graph }) {
  const t = useTranslations('run.time')
  const locale = useLocale()
  const store = useRunStore()
  const track = useRef<HTMLDivElement>(null)
  const head = useRef<HTMLDivElement>(null)
  const { start, end } = useSpan()
  const seq = useRunView((view) => view.shown.seq)
  const headSeq = useRunView((view) => view.head.seq)
  const moving = useRunView((view) => (view.follow ? !isFinished(view.head) : view.playback.kind === 'playing'))

  useEffect(() => {
    const place = () => {
      const span = store.span()
      const share = (store.position() - span.start) / Math.max(1, span.end - span.start)
      head.current?.style.setProperty('--at', `${Math.min(1, Math.max(0, share)) * 100}%`)
    }
    place()
    const stop = store.view.subscribe(place)
    let frame = 0
    const loop = () => {
      store.tick()
      place()
      frame = requestAnimationFrame(loop)
    }
    if (moving) frame = requestAnimationFrame(loop)
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [store, moving, start, end])

  function moveTo(event: PointerEvent) {
    const box = track.current?.getBoundingClientRect()
    if (!box || box.width === 0) return
    const span = store.span()
    store.showTime(span.start + ((event.clientX - box.left) / box.width) * (span.end - span.start))
  }

  function onKeyDown(event: KeyboardEvent) {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : timeActionOf(event.key, event.shiftKey)
    if (!action) return
    event.preventDefault()
    if (action.do === 'step') store.stepBy(action.by)
    else if (action.do === 'start') store.showSeq(1)
    else if (action.do === 'end') store.showSeq(store.timeline.headSeq)
    else if (action.do === 'toggle') store.togglePlay()
    else store.goLive()
  }

  return (
    <div className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto pr-3">
      <RunLanes graph={graph} start={start} end={end} />
      <div className="pointer-events-none absolute inset-y-0 right-3 left-28 sm:left-44">
        <div
          ref={track}
          role="slider"
          tabIndex={0}
          aria-label={t('playhead')}
          aria-valuemin={0}
          aria-valuemax={headSeq}
          aria-valuenow={seq}
          aria-valuetext={t('momentText', { seq, of: headSeq, time: formatDuration(Math.max(0, (store.timeline.timeOf(seq) ?? start) - start), locale) })}
          className="pointer-events-auto sticky top-0 h-full min-h-full cursor-ew-resize touch-none"
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.button !== 0) return
            event.currentTarget.setPointerCapture(event.pointerId)
            moveTo(event)
          }}
          onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && moveTo(event)}
        >
          <TimeMarks start={start} end={end} />
          <div ref={head} aria-hidden className="absolute inset-y-0 left-0 w-full translate-x-(--at)">
            <div className="absolute inset-y-0 -left-px w-0.5 bg-primary" />
            <div className="absolute top-0 -left-1.5 size-3 rounded-full bg-primary" />
          </div>
        </div>
      </div>
    </div>
  )
}
