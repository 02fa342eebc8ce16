'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState, type Key, type ReactElement, type ReactNode } from 'react'
import { CartesianGrid, Line, LineChart, ReferenceArea, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis, type MouseHandlerDataParam } from 'recharts'
import type { EpochMs } from '@/domain/json'
import { Panel } from '@/components/ui/card'
import type { ChartPoint } from './align-series'
import { lineLook, LineSample, MOST_LINES } from './line-look'
import { drawn, type TimeRange } from './time-range'

const tick = { fontSize: 11, fill: 'var(--muted-foreground)' }
const DAY_MS = 86_400_000

export type ChartMark = { id: string; from: EpochMs; to: EpochMs }
export type TimeChartProps = {
  title: string
  description?: ReactNode
  /** The chart in words. */
  summary: string
  points: readonly ChartPoint[]
  /** Names of the lines, in the order of the values. */
  lines: readonly string[]
  /** Said where lines are left out. */
  leftOut: (count: number) => string
  from: EpochMs
  to: EpochMs
  format: (value: number) => string
  /** Of a figure between 0 and 1. */
  share?: boolean
  whole?: boolean
  /** Charts of the same name share their cursor. */
  cursor: string
  marks?: readonly ChartMark[]
  /** A moment that is pointed out. */
  at?: EpochMs
  /** A drag over the chart shows that time. */
  onZoom: (range: TimeRange) => void
  children?: ReactNode
}

/** Figures over time: a cursor that all charts beside it share, and a drag to look closer. */
export function TimeChart({ title, description, summary, points, lines, leftOut, from, to, format, share = false, whole = false, cursor, marks = [], at: pointed, onZoom, children }: TimeChartProps) {
  const t = useTranslations('charts')
  const locale = useLocale()
  const [brush, setBrush] = useState<{ from: EpochMs; to: EpochMs }>()
  const clock = clockOf(locale, to - from)
  const at = ({ activeLabel }: MouseHandlerDataParam): number | undefined => (activeLabel === undefined ? undefined : Number(activeLabel))
  const shown = lines.slice(0, MOST_LINES)
  function end(): void {
    const range = brush && drawn(brush.from, brush.to)
    setBrush(undefined)
    if (range) onZoom(range)
  }
  return (
    <Panel title={title} description={description}>
      <div role="img" aria-label={summary} title={summary} className="relative h-40 cursor-crosshair touch-pan-y select-none" onPointerLeave={() => setBrush(undefined)}>
        <ResponsiveContainer width="100%" height="100%">
          <LineChart
            data={points as ChartPoint[]} syncId={cursor} syncMethod="value" margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}
            onMouseDown={(state: MouseHandlerDataParam) => { const now = at(state); if (now !== undefined) setBrush({ from: now, to: now }) }}
            onMouseMove={(state: MouseHandlerDataParam) => { const now = at(state); if (brush && now !== undefined) setBrush({ ...brush, to: now }) }}
            onMouseUp={end}
          >
            <CartesianGrid stroke="var(--border)" vertical={false} />
            <XAxis dataKey="at" type="number" domain={[from, to]} allowDataOverflow tickFormatter={(ms: number) => clock.axis.format(ms)} tick={tick} stroke="var(--border-strong)" minTickGap={48} />
            <YAxis width={52} tickFormatter={format} tick={tick} stroke="var(--border-strong)" domain={share ? [0, 1] : [0, 'auto']} allowDecimals={!whole} />
            {marks.map((mark) => <ReferenceArea key={mark.id} x1={mark.from} x2={mark.to} fill="var(--state-failed)" fillOpacity={0.14} stroke="none" />)}
            {marks.map((mark) => <ReferenceLine key={mark.id} x={mark.from} stroke="var(--state-failed)" strokeDasharray="4 3" />)}
            {pointed !== undefined && <ReferenceLine x={pointed} stroke="var(--primary)" strokeWidth={2} />}
            {brush && <ReferenceArea x1={brush.from} x2={brush.to} fill="var(--primary)" fillOpacity={0.15} stroke="var(--primary)" />}
            <Tooltip labelFormatter={(ms) => clock.full.format(Number(ms))} formatter={(value) => format(Number(value))} isAnimationActive={false} contentStyle={{ background: 'var(--popover)', border: '1px solid var(--border)', borderRadius: 8, fontSize: 12 }} />
            {shown.map((name, index) => <Line key={name} name={name} dataKey={(point: ChartPoint) => point.values[index] ?? null} {...lineLook(index)} dot={lonelyDots(points, index)} connectNulls={false} isAnimationActive={false} strokeWidth={1.5} type="linear" />)}
          </LineChart>
        </ResponsiveContainer>
        {shown.length === 0 && <p className="pointer-events-none absolute inset-0 flex items-center justify-center pl-13 text-xs text-muted-foreground">{t('noValues')}</p>}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-3 gap-y-1 text-2xs text-muted-foreground">
        {shown.map((name, index) => <li key={name} className="flex min-w-0 items-center gap-1"><LineSample index={index} /><span className="truncate">{name}</span></li>)}
        {lines.length > MOST_LINES && <li>{leftOut(lines.length - MOST_LINES)}</li>}
      </ul>
      {children}
    </Panel>
  )
}

/** A value with gaps on both sides has no line to lie on: it is shown as a dot. Few values are dots all of them. */
function lonelyDots(points: readonly ChartPoint[], line: number): boolean | { r: number } | ((dot: DotProps) => ReactElement) {
  const values = points.map((point) => point.values[line] ?? undefined)
  const known = values.filter((value) => value !== undefined).length
  if (known <= 60) return known > 0 ? { r: 1.5 } : false
  const lonely = new Set(values.flatMap((value, index) => (value !== undefined && values[index - 1] === undefined && values[index + 1] === undefined ? [index] : [])))
  if (lonely.size === 0) return false
  return function Dot({ key, index, cx, cy, stroke }) {
    return lonely.has(index) && cx !== undefined && cy !== undefined ? <circle key={key} cx={cx} cy={cy} r={1.5} fill={stroke} stroke="none" /> : <g key={key} />
  }
}

type DotProps = { key?: Key | null; index: number; cx?: number; cy?: number; stroke?: string }

function clockOf(locale: string, rangeMs: number) {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const day = { month: 'short', day: 'numeric' } as const
  // With the hour even where seconds are told: 14:23 is read as an hour and its minutes.
  const axis = rangeMs > 2 * DAY_MS ? day : rangeMs <= 600_000 ? { ...time, second: '2-digit' } as const : time
  return { axis: new Intl.DateTimeFormat(locale, axis), full: new Intl.DateTimeFormat(locale, { ...day, ...time, second: '2-digit' }) }
}
