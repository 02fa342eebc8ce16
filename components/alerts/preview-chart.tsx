'use client'

import { useLocale } from 'next-intl'
import { CartesianGrid, Line, LineChart, ReferenceArea, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { metricOf } from '@/domain/alert/metric-catalogue'
import { formatValue } from './alert-words'
import type { PreparedPreview, PreviewPoint } from './prepare-preview'

const COLOURS = ['var(--brand)', 'var(--state-running)', 'var(--state-waiting)', 'var(--state-reused)']
const DASHES = [undefined, '5 3']
const tick = { fontSize: 11, fill: 'var(--muted-foreground)' }

/** No two lines look alike: a second round of the colours is dashed. */
function lookOf(index: number): { stroke: string; strokeDasharray?: string } {
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length]
  return { stroke: COLOURS[index % COLOURS.length]!, ...(dash && { strokeDasharray: dash }) }
}

export function LineSample({ index }: { index: number }) {
  return <svg aria-hidden viewBox="0 0 16 4" className="h-1 w-4 shrink-0"><line x1={0} y1={2} x2={16} y2={2} strokeWidth={2} {...lookOf(index)} /></svg>
}

/** Values over time, the threshold, and where it would have fired. */
export function PreviewChart({ prepared, unit, threshold, names, summary }: { prepared: PreparedPreview; unit: ReturnType<typeof metricOf>['unit']; threshold: number; names: readonly string[]; summary: string }) {
  const locale = useLocale()
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const format = (value: number) => formatValue(value, unit, locale)
  const top = unit === 'share' ? 1 : Math.max(prepared.highest, threshold) * 1.1
  return (
    <div role="img" aria-label={summary} className="h-56">
      <ResponsiveContainer width="100%" height="100%">
        <LineChart data={prepared.points} margin={{ top: 6, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--border)" vertical={false} />
          <XAxis dataKey="at" type="number" domain={[prepared.from, prepared.to]} tickFormatter={(at: number) => clock.format(at)} tick={tick} stroke="var(--border-strong)" minTickGap={40} />
          <YAxis width={52} tickFormatter={format} tick={tick} stroke="var(--border-strong)" domain={[Math.min(0, threshold), top]} allowDataOverflow={false} />
          {prepared.series.flatMap(({ subject, spans }) => spans.map(({ from, to }) => <ReferenceArea key={`${subject} ${from}`} x1={from} x2={to} fill="var(--state-failed)" fillOpacity={0.16} stroke="none" />))}
          <ReferenceLine y={threshold} stroke="var(--state-failed)" strokeDasharray="4 3" />
          <Tooltip labelFormatter={(at) => clock.format(Number(at))} formatter={(value) => format(Number(value))} contentStyle={{ background: 'var(--popover)', border: '1px solid var(--border)', borderRadius: 8, fontSize: 12 }} />
          {names.map((name, index) => <Line key={prepared.series[index]!.subject} name={name} dataKey={(point: PreviewPoint) => point.values[index] ?? null} {...lookOf(index)} dot={false} connectNulls={false} isAnimationActive={false} strokeWidth={1.5} type="linear" />)}
        </LineChart>
      </ResponsiveContainer>
    </div>
  )
}
