import { metricOf, type FleetFigure } from '@/domain/alert/metric-catalogue'
import type { FleetFigureName } from '@/domain/metric/fleet-samples'
import { marksOf, type AlertMark } from '@/components/charts/chart-alerts'
import type { AlertBody } from '@/wire/alerts'

/** The chart that shows what an alert is about. */
const CHART_OF: Record<FleetFigure, FleetFigureName> = { queued: 'waiting', running: 'running', waiting: 'waiting', kvUsage: 'kvUsage', hitRate: 'hitRate', healthy: 'running' }

/** What of it the chart of a figure shows between its ends. */
export function fleetMarks(alerts: readonly AlertBody[], chart: FleetFigureName, from: number, to: number): AlertMark[] {
  return marksOf(alerts.filter(({ metric }) => {
    const measured = metricOf(metric)
    return measured.scope === 'fleet' && CHART_OF[measured.figure] === chart
  }), from, to)
}
