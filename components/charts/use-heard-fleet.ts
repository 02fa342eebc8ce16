'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { subscribeTopic } from '@/components/live/live-connection'
import { useConnection } from '@/components/live/use-connection'
import { stepAt } from '@/domain/metric/time-steps'
import type { MetricEvent } from '@/wire/samples'
import { fleetSampleKeys } from './fleet-samples'
import { withHeard, type HeardFleet } from './heard-fleet'

/** A fleet is told of each second. After a longer silence something is wrong behind the connection, and samples are read as if it were lost. */
const SILENT_MS = 10_000

/**
 * What the live topic `metrics` tells of the fleet, and whether it does. Where the charts show coarser steps than it tells, they are read again as a step begins.
 * @param stepMs of what is shown; undefined while nothing is
 * @param keepMs how long what was heard is kept
 * @param on whether to listen
 */
export function useHeardFleet({ stepMs, keepMs, on = true }: { stepMs: number | undefined; keepMs: number; on?: boolean }): { heard: HeardFleet | undefined; live: boolean } {
  const client = useQueryClient()
  const connected = useConnection() === 'live' && on
  const [heard, setHeard] = useState<HeardFleet>()
  const [told, setTold] = useState(false)
  const live = connected && told
  useEffect(() => {
    if (!connected) return undefined
    let silence: ReturnType<typeof setTimeout> | undefined
    const { stop } = subscribeTopic('metrics', {
      onEvents: (events) => {
        if (!(events as MetricEvent[]).some(({ kind }) => kind === 'fleet')) return
        clearTimeout(silence)
        silence = setTimeout(() => setTold(false), SILENT_MS)
        setTold(true)
        setHeard((before) => withHeard(before, events as MetricEvent[], Date.now() - keepMs))
      },
    })
    return () => {
      stop()
      clearTimeout(silence)
      setTold(false)
    }
  }, [connected, keepMs])
  // What was missed meanwhile is read, once.
  useEffect(() => {
    if (live) void client.invalidateQueries({ queryKey: fleetSampleKeys.all })
  }, [client, live])
  const step = live && heard && stepMs !== undefined && stepMs > 1_000 ? stepAt(heard.at, stepMs) : undefined
  useEffect(() => {
    if (step !== undefined) void client.invalidateQueries({ queryKey: fleetSampleKeys.all })
  }, [client, step])
  return { heard, live }
}
