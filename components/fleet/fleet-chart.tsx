'use client'

import { Bell } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { CartesianGrid, Line, LineChart, ReferenceArea, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Panel } from '@/components/ui/card'
import type { FleetMark } from './fleet-alerts'
import type { FleetPoint } from './fleet-history'

const COLOURS = ['var(--brand)', 'var(--state-running)', 'var(--state-waiting)', 'var(--state-reused)', 'var(--state-completed)', 'var(--state-cancelled)']
/** A second round of the colours is dashed: no two lines look alike. */
const DASHES = [undefined, '5 3']
/** Lines that can still be told apart. */
const MOST = COLOURS.length * DASHES.length

const tick = { fontSize: 11, fill: 'var(--muted-foreground)' }

export type FleetChartProps = {
  title: string
  description: string
  /** The chart in words. */
  summary: string
  /** Said where lines are left out. */
  leftOut: (count: number) => string
  points: readonly FleetPoint[]
  part: 'load' | 'kv'
  ids: readonly string[]
  /** Where alerts fired. */
  marks: readonly FleetMark[]
  format: (value: number) => string
}

/** One figure of each instance over time. */
export function FleetChart({ title, description, summary, leftOut, points, part, ids, marks, format }: FleetChartProps) {
  const locale = useLocale()
  const clock = new Intl.DateTimeFormat(locale, { minute: '2-digit', second: '2-digit' })
  const lines = ids.slice(0, MOST).map((id, index) => ({ id, stroke: COLOURS[index % COLOURS.length]!, dash: DASHES[Math.floor(index / COLOURS.length)] }))
  return (
    <Panel title={title} description={description}>
      <div role="img" aria-label={summary} title={summary} className="h-44">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={points as FleetPoint[]} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--border)" vertical={false} />
            <XAxis dataKey="at" type="number" domain={['dataMin', 'dataMax']} tickFormatter={(at: number) => clock.format(at)} tick={tick} stroke="var(--border-strong)" minTickGap={40} />
            <YAxis width={44} tickFormatter={format} tick={tick} stroke="var(--border-strong)" domain={part === 'kv' ? [0, 1] : [0, 'auto']} allowDecimals={part === 'kv'} />
            {marks.map(({ id, shown }) => <ReferenceArea key={id} x1={shown.from} x2={shown.to} fill="var(--state-failed)" fillOpacity={0.14} stroke="none" />)}
            {marks.map(({ id, shown }) => <ReferenceLine key={id} x={shown.from} stroke="var(--state-failed)" strokeDasharray="4 3" />)}
            <Tooltip labelFormatter={(at) => clock.format(Number(at))} formatter={(value) => format(Number(value))} contentStyle={{ background: 'var(--popover)', border: '1px solid var(--border)', borderRadius: 8, fontSize: 12 }} />
            {lines.map(({ id, stroke, dash }) => <Line key={id} name={id} dataKey={(point: FleetPoint) => point[part][id] ?? null} stroke={stroke} {...(dash && { strokeDasharray: dash })} dot={false} connectNulls={false} isAnimationActive={false} strokeWidth={1.5} type="linear" />)}
          </LineChart>
        </ResponsiveContainer>
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-3 gap-y-1 font-mono text-2xs text-muted-foreground">
        {lines.map(({ id, stroke, dash }) => (
          <li key={id} className="flex min-w-0 items-center gap-1">
            <svg aria-hidden viewBox="0 0 16 4" className="h-1 w-4 shrink-0"><line x1={0} y1={2} x2={16} y2={2} stroke={stroke} strokeWidth={2} strokeDasharray={dash} /></svg>
            <span className="truncate">{id}</span>
          </li>
        ))}
        {ids.length > MOST && <li className="font-sans">{leftOut(ids.length - MOST)}</li>}
      </ul>
      {marks.length > 0 && <Marks marks={marks} />}
    </Panel>
  )
}

/** The shaded spans in words. */
function Marks({ marks }: { marks: readonly FleetMark[] }) {
  const t = useTranslations('fleet')
  const clock = new Intl.DateTimeFormat(useLocale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  return (
    <ul aria-label={t('alerts')} className="mt-1 flex flex-col gap-0.5 text-xs">
      {marks.map(({ id, name, from, to }) => (
        <li key={id} className="flex min-w-0 items-center gap-1 text-state-failed">
          <Bell aria-hidden className="size-3 shrink-0" /><Link href="/alerts" className="min-w-0 truncate hover:underline">{name}</Link>
          <span className="shrink-0 text-muted-foreground">{to === undefined ? t('alertSince', { from: clock.format(from) }) : t('alertSpan', { from: clock.format(from), to: clock.format(to) })}</span>
        </li>
      ))}
    </ul>
  )
}
