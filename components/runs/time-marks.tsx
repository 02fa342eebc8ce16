'use client'

import { memo } from 'react'
import { cn } from '@/components/ui/cn'
import type { Mark } from './run-lanes'
import { useRunView } from './run-context'

const FILL: Record<Mark['kind'], string> = {
  failed: 'bg-state-failed', retrying: 'bg-state-failed-border', interrupted: 'bg-state-cancelled', waiting: 'bg-state-waiting', answered: 'bg-state-completed',
}
const MOST = 400

/** Failures, retries and approvals along the ruler. Their words stand in the events list; here they only catch the eye. */
export const TimeMarks = memo(function TimeMarks({ start, end }: { start: number; end: number }) {
  const marks = useRunView((view) => view.marks)
  return (
    <div aria-hidden className="absolute inset-0">
      {marks.slice(-MOST).map((mark) => (
        <span key={`${mark.seq} ${mark.nodeId ?? ''}`} data-mark={mark.kind} className={cn('absolute bottom-0 h-3 w-0.5', FILL[mark.kind])} style={{ left: `${((mark.at - start) / (end - start)) * 100}%` }} />
      ))}
    </div>
  )
})
