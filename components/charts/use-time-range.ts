'use client'

import { useState } from 'react'
import { RANGES, type RangeName, type TimeRange } from './time-range'

/** The time that charts show, and the last one chosen by name. */
export function useTimeRange(first: RangeName): { range: TimeRange; back: TimeRange; setRange: (range: TimeRange) => void } {
  const [range, setRange] = useState<TimeRange>({ kind: 'last', ms: RANGES[first] })
  const [back, setBack] = useState<TimeRange>(range)
  return {
    range, back,
    setRange(next) {
      if (next.kind === 'last') setBack(next)
      setRange(next)
    },
  }
}
