'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowUpFromLine } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { formatDuration } from '@/domain/metric/figures'
import { bodyValue, type RunDiffBody } from '@/wire/runs'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { Page } from '@/components/ui/page'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import type { Tone } from '@/components/ui/tone'
import { CompareTable } from './compare-table'
import { OutputDiff, OutputView } from './output-diff'
import { PromoteDialog } from './promote-dialog'
import { diffOptions } from './run-queries'
import { StatusBadge } from './status-badge'

type NodeDiff = RunDiffBody['nodes'][number]
type Side = NonNullable<NodeDiff['a']>
type View = 'diff' | 'sides'

const tones: Record<NodeDiff['change'], Tone> = { same: 'neutral', changed: 'warning', added: 'success', removed: 'danger' }

/** Two runs node by node: what came out differently, how long it took, and where; the better one's settings go into the draft. */
export function ComparePage({ runId, otherId }: { runId: string; otherId: string }) {
  const t = useTranslations('run.compare')
  const [onlyChanged, setOnlyChanged] = useState(true)
  const [view, setView] = useState<View>('diff')
  const [promoting, setPromoting] = useState(false)
  const { data, error, isPending, refetch } = useQuery(diffOptions(runId, otherId))
  const nodes = data?.nodes.filter((node) => !onlyChanged || node.change !== 'same' || node.configChanged) ?? []
  return (
    <Page
      title={t('title')}
      description={t.rich('description', { a: () => <RunLink id={runId} vs={otherId} />, b: () => <RunLink id={otherId} vs={runId} /> })}
      actions={<>
        <SegmentedControl<View> label={t('view')} value={view} onValueChange={setView} segments={[{ value: 'diff', label: t('asDiff') }, { value: 'sides', label: t('asSides') }]} />
        {data?.nodes.some((node) => node.configChanged) && <Button onClick={() => setPromoting(true)}><ArrowUpFromLine aria-hidden /> {t('promote')}</Button>}
        <label className="flex items-center gap-2 text-sm"><Checkbox aria-label={t('onlyChanged')} checked={onlyChanged} onCheckedChange={(checked) => setOnlyChanged(checked === true)} />{t('onlyChanged')}</label>
      </>}
    >
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-48" />}
      {data && nodes.length === 0 && <p className="text-sm text-muted-foreground">{t('allSame')}</p>}
      {data && <CompareTable nodes={data.nodes} />}
      <ol className="flex flex-col gap-3">{nodes.map((node) => <li key={node.nodeId}><NodeCard node={node} view={view} runIds={[runId, otherId]} /></li>)}</ol>
      {promoting && <PromoteDialog runId={runId} otherId={otherId} onClose={() => setPromoting(false)} />}
    </Page>
  )
}

/** The run's page then knows where the two part. */
function RunLink({ id, vs }: { id: string; vs: string }) {
  return <Link href={`/runs/${id}?vs=${vs}`} className="font-mono underline underline-offset-2">…{id.slice(-8)}</Link>
}

function NodeCard({ node, view, runIds: [first, second] }: { node: NodeDiff; view: View; runIds: readonly [string, string] }) {
  const t = useTranslations('run.compare')
  const { a, b } = node
  const asDiff = view === 'diff' && a !== null && b !== null && (hasOutput(a) || hasOutput(b))
  return (
    <Card className="overflow-hidden">
      <header className="flex flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <h2 className="text-sm font-semibold">{node.name}</h2>
        <Badge tone={tones[node.change]}>{t(`change.${node.change}`)}</Badge>
        {node.configChanged && <Badge tone="info">{t('configChanged')}</Badge>}
        {node.reused && <Badge tone="reused">{t('reused')}</Badge>}
      </header>
      <div className="grid divide-y md:grid-cols-2 md:divide-x md:divide-y-0">
        <SideView name={node.name} label={t('first')} runId={first} side={a} withOutput={!asDiff} />
        <SideView name={node.name} label={t('second')} runId={second} side={b} withOutput={!asDiff} />
      </div>
      {asDiff && <div className="border-t p-3"><OutputDiff label={t('output')} before={heldBy(first, a)} after={heldBy(second, b)} /></div>}
    </Card>
  )
}

const hasOutput = ({ output, large }: Side) => output !== null || large !== undefined
const heldBy = (runId: string, { output, large }: Side) => ({ runId, value: bodyValue(output, large) })

function SideView({ name, label, runId, side, withOutput }: { name: string; label: string; runId: string; side: Side | null; withOutput: boolean }) {
  const t = useTranslations('run.compare')
  const locale = useLocale()
  return (
    <section aria-label={`${name}, ${label}`} className="min-w-0 p-3">
      <div className="mb-1 flex flex-wrap items-center gap-2 text-xs text-muted-foreground">
        <span>{label}</span>
        {side ? <StatusBadge compact status={side.status} /> : <span>{t('absent')}</span>}
        {side && <span className="tabular-nums">{formatDuration(side.durationMs ?? undefined, locale)}</span>}
        {side?.instance && <span className="truncate font-mono">{side.instance}</span>}
      </div>
      {withOutput && side && hasOutput(side) && <OutputView label={t('output')} output={heldBy(runId, side)} />}
    </section>
  )
}
