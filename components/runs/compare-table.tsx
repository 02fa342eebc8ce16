'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatCost, formatCount, formatDuration, UNKNOWN } from '@/domain/metric/figures'
import type { RunDiffBody } from '@/wire/runs'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'

type NodeDiff = RunDiffBody['nodes'][number]
type Side = NonNullable<NodeDiff['a']>
type Column = { key: 'time' | 'queue' | 'ttft' | 'decode' | 'tokens' | 'cached' | 'cost'; of: (side: Side) => number | null; unit: 'ms' | 'count' | 'cost' }

const COLUMNS: Column[] = [
  { key: 'time', of: (side) => side.durationMs, unit: 'ms' },
  { key: 'queue', of: (side) => side.call?.queueMs ?? null, unit: 'ms' },
  { key: 'ttft', of: (side) => side.call?.ttftMs ?? null, unit: 'ms' },
  { key: 'decode', of: (side) => side.call?.decodeMs ?? null, unit: 'ms' },
  { key: 'tokens', of: (side) => (side.call ? side.call.promptTokens + side.call.completionTokens : null), unit: 'count' },
  { key: 'cached', of: (side) => side.call?.cachedTokens ?? null, unit: 'count' },
  { key: 'cost', of: (side) => side.call?.cost ?? null, unit: 'cost' },
]

const FORMAT = { ms: formatDuration, count: formatCount, cost: formatCost }

/** What each step took and used in both runs, and the difference. What a run took over from another has no figures. */
export function CompareTable({ nodes }: { nodes: readonly NodeDiff[] }) {
  const t = useTranslations('run.compare')
  const measured = nodes.filter((node) => COLUMNS.some(({ of }) => (node.a && of(node.a) !== null) || (node.b && of(node.b) !== null)))
  if (measured.length === 0) return null
  // Without prices there is nothing to say of costs.
  const columns = COLUMNS.filter(({ key, of }) => key !== 'cost' || measured.some(({ a, b }) => (a && of(a) !== null) || (b && of(b) !== null)))
  return (
    <div>
      <h2 className="mb-2 text-sm font-semibold">{t('figures')}</h2>
      <div className="overflow-hidden rounded-lg border bg-card">
        <Table label={t('figures')}>
          <TableHeader>
            <TableRow>
              <TableHead>{t('column.step')}</TableHead>
              {columns.map(({ key }) => <TableHead key={key} className="text-right">{t(`column.${key}`)}</TableHead>)}
            </TableRow>
          </TableHeader>
          <TableBody>
            {measured.map((node) => (
              <TableRow key={node.nodeId}>
                <TableHead scope="row" className="text-foreground">{node.name}</TableHead>
                {columns.map((column) => <TableCell key={column.key} label={t(`column.${column.key}`)} numeric><Pair a={node.a && column.of(node.a)} b={node.b && column.of(node.b)} unit={column.unit} /></TableCell>)}
              </TableRow>
            ))}
            <TableRow>
              <TableHead scope="row" className="text-foreground">{t('column.all')}</TableHead>
              {columns.map((column) => <TableCell key={column.key} label={t(`column.${column.key}`)} numeric className="font-medium">{/* Times of steps side by side do not add up to the run's. */}{column.key === 'time' ? UNKNOWN : <Pair a={totalOf(measured, 'a', column)} b={totalOf(measured, 'b', column)} unit={column.unit} />}</TableCell>)}
            </TableRow>
          </TableBody>
        </Table>
      </div>
      <p className="mt-1 text-2xs text-muted-foreground">{t('figuresHint')}</p>
    </div>
  )
}

/** Of the steps of which both runs say it: else a fork, which takes over most, would always win. */
function totalOf(nodes: readonly NodeDiff[], side: 'a' | 'b', { of }: Column): number | null {
  const known = nodes.flatMap(({ a, b }) => {
    const [first, second] = [a && of(a), b && of(b)]
    return first === null || second === null ? [] : [side === 'a' ? first : second]
  })
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0)
}

function Pair({ a, b, unit }: { a: number | null; b: number | null; unit: Column['unit'] }) {
  const locale = useLocale()
  const format = (value: number | null) => (value === null ? UNKNOWN : FORMAT[unit](value, locale))
  if (a === null && b === null) return UNKNOWN
  const difference = a === null || b === null ? 0 : b - a
  return (
    <span className="whitespace-nowrap">
      {format(a)} → {format(b)}
      {difference !== 0 && <span className="block text-2xs text-muted-foreground">{difference > 0 ? '+' : '−'}{format(Math.abs(difference))}</span>}
    </span>
  )
}
