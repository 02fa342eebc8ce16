'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { EpochMs } from '@/domain/json'
import type { StepMs } from '@/domain/metric/time-steps'
import { api } from '@/components/live/api-client'
import { timestamp } from '@/wire/page'
import type { FleetSeriesBody } from '@/wire/samples'
import { endsOf, type TimeRange } from './time-range'

export const fleetSampleKeys = { all: ['fleet', 'samples'] as const, of: (asked: unknown) => [...fleetSampleKeys.all, asked] as const }
const REFRESH_MS = 5_000

/** How often a time that ends now is read again where nobody tells what is new; a past one stays as it is. */
export function refreshMs(range: TimeRange): number | undefined {
  return range.kind === 'last' ? Math.max(REFRESH_MS, range.ms / 360) : undefined
}

/** What the fleet showed over a time that may go on. `told`: what is new is heard, so that nothing need be asked by the clock. */
export function useFleetSamples(range: TimeRange, told: boolean) {
  return useQuery({
    queryKey: fleetSampleKeys.of(range), placeholderData: keepPreviousData, staleTime: range.kind === 'last' ? 0 : Infinity,
    refetchInterval: told ? false : (refreshMs(range) ?? false),
    queryFn: ({ signal }) => readFleet(endsOf(range, Date.now()), undefined, signal),
  })
}

export function readFleet({ from, to }: { from: EpochMs; to: EpochMs }, stepMs: StepMs | undefined, signal: AbortSignal): Promise<FleetSeriesBody> {
  const query = new URLSearchParams({ from: timestamp(from), to: timestamp(to), ...(stepMs !== undefined && { stepMs: String(stepMs) }) })
  return api.get<FleetSeriesBody>(`/api/fleet/samples?${query.toString()}`, { signal })
}
