'use client'

import { useLocale } from 'next-intl'
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Panel } from '@/components/ui/card'
import type { FleetPoint } from './fleet-history'

const COLOURS = ['var(--brand)', 'var(--state-running)', 'var(--state-waiting)', 'var(--state-reused)', 'var(--state-completed)', 'var(--state-cancelled)']
/** Lines that can still be told apart. */
const MOST = 12

/** One figure of each instance over time. */
export function FleetChart({ title, description, summary, points, part, ids, format }: { title: string; description: string; summary: string; points: readonly FleetPoint[]; part: 'load' | 'kv'; ids: readonly string[]; format: (value: number) => string }) {
  const locale = useLocale()
  const clock = new Intl.DateTimeFormat(locale, { minute: '2-digit', second: '2-digit' })
  return (
    <Panel title={title} description={description}>
      <div role="img" aria-label={summary} className="h-44">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={points as FleetPoint[]} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--border)" vertical={false} />
            <XAxis dataKey="at" type="number" domain={['dataMin', 'dataMax']} tickFormatter={(at: number) => clock.format(at)} tick={{ fontSize: 11, fill: 'var(--muted-foreground)' }} stroke="var(--border-strong)" minTickGap={40} />
            <YAxis width={44} tickFormatter={format} tick={{ fontSize: 11, fill: 'var(--muted-foreground)' }} stroke="var(--border-strong)" domain={part === 'kv' ? [0, 1] : [0, 'auto']} allowDecimals={part === 'kv'} />
            <Tooltip labelFormatter={(at) => clock.format(Number(at))} formatter={(value) => format(Number(value))} contentStyle={{ background: 'var(--popover)', border: '1px solid var(--border)', borderRadius: 8, fontSize: 12 }} />
            {ids.slice(0, MOST).map((id, index) => <Line key={id} name={id} dataKey={(point: FleetPoint) => point[part][id] ?? null} stroke={COLOURS[index % COLOURS.length]!} dot={false} connectNulls={false} isAnimationActive={false} strokeWidth={1.5} type="linear" />)}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </Panel>
  )
}
