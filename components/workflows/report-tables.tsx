'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { casePath } from '@/domain/alert/alert-notice'
import { formatCost, formatCount, formatDuration, formatMoment, formatShare, UNKNOWN } from '@/domain/metric/figures'
import type { ExecutionStatistics } from '@/domain/metric/statistics'
import type { WorkflowReportBody } from '@/wire/report'
import { Panel } from '@/components/ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'

type Tokens = WorkflowReportBody['tokens']
const durations = ['mean', 'min', 'p50', 'p95', 'p99', 'max', 'stdev', 'total'] as const

/** The figures of a report; each table has a row more than it needs rather than a chart that cannot be read on paper. */
export function ReportTables({ report }: { report: WorkflowReportBody }) {
  const t = useTranslations('report')
  const states = useTranslations('states')
  const locale = useLocale()
  const { runs, executions, slowest, failures, tokensByNode, tokensByModel, history } = report
  const called = (node: string) => <NodeName id={node} name={Object.hasOwn(report.nodeNames, node) ? report.nodeNames[node] : undefined} />
  const duration = (ms: number | null | undefined) => formatDuration(ms ?? undefined, locale)
  return (
    <>
      <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-6">
        <Figure name={t('runs')} value={formatCount(runs.total, locale)} />
        <Figure name={t('successRate')} value={formatShare(executions.successRate ?? undefined, locale)} />
        <Figure name={t('completed')} value={formatCount(runs.completed, locale)} />
        <Figure name={t('failed')} value={formatCount(runs.failed, locale)} />
        <Figure name={t('cancelled')} value={formatCount(runs.cancelled, locale)} />
        <Figure name={t('unfinished')} value={formatCount(runs.unfinished, locale)} />
      </dl>
      <Section title={t('durations')}>
        <Head names={durations.map((name) => t(`duration.${name}`))} />
        <TableBody><TableRow>{durations.map((name) => <TableCell key={name} label={t(`duration.${name}`)} numeric>{duration(executions.durationMs?.[name])}</TableCell>)}</TableRow></TableBody>
      </Section>
      <Section title={t('slowest')} empty={slowest.length === 0}>
        <Head first={t('node')} names={[t('executions'), t('successRate'), ...durations.map((name) => t(`duration.${name}`))]} />
        <TableBody>{slowest.map((node) => <NodeRow key={node.node} node={node} name={called(node.node)} />)}</TableBody>
      </Section>
      <Section title={t('failures')} empty={failures.length === 0}>
        <TableHeader><TableRow><TableHead>{t('reason')}</TableHead><TableHead>{t('node')}</TableHead><TableHead className="text-right">{t('count')}</TableHead><TableHead>{t('newest')}</TableHead></TableRow></TableHeader>
        <TableBody>
          {failures.map(({ code, node, count, message, runId, step }) => (
            <TableRow key={`${code} ${node}`}>
              <TableCell card="title"><span className="font-mono text-xs">{code}</span><p className="line-clamp-2 text-xs break-words text-muted-foreground">{message}</p></TableCell>
              <TableCell label={t('node')}>{node === null ? UNKNOWN : called(node)}</TableCell><TableCell label={t('count')} numeric>{formatCount(count, locale)}</TableCell>
              <TableCell label={t('newest')}><Link href={casePath({ runId, step: step ?? undefined })} className="font-mono text-xs text-brand hover:underline">…{runId.slice(-8)}</Link></TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Section>
      <Section title={t('tokens')} empty={report.tokens.calls === 0}>
        <Head first={t('node')} names={[t('calls'), t('promptTokens'), t('cachedTokens'), t('completionTokens'), t('cost')]} />
        <TableBody>
          {tokensByNode.map(({ node, ...tokens }) => <TokenRow key={node} name={called(node)} tokens={tokens} />)}
          <TokenRow name={<strong>{t('sum')}</strong>} tokens={report.tokens} />
        </TableBody>
      </Section>
      <Section title={t('byModel')} empty={report.tokens.calls === 0}>
        <Head first={t('model')} names={[t('calls'), t('promptTokens'), t('cachedTokens'), t('completionTokens'), t('cost')]} />
        <TableBody>{tokensByModel.map(({ model, ...tokens }) => <TokenRow key={model} name={model === null ? t('noModel') : <span className="font-mono text-xs">{model}</span>} tokens={tokens} />)}</TableBody>
      </Section>
      <Section title={t('history', { count: history.length })} empty={history.length === 0}>
        <TableHeader><TableRow><TableHead>{t('begun')}</TableHead><TableHead>{t('state')}</TableHead><TableHead className="text-right">{t('took')}</TableHead><TableHead className="text-right">{t('allTokens')}</TableHead><TableHead className="text-right">{t('cost')}</TableHead><TableHead>{t('run')}</TableHead></TableRow></TableHeader>
        <TableBody>
          {history.map((run) => (
            <TableRow key={run.id}>
              <TableCell card="title" className="whitespace-nowrap tabular-nums">{formatMoment(Date.parse(run.createdAt), locale)}</TableCell>
              <TableCell card="corner" className={run.status === 'failed' ? 'text-state-failed' : undefined}>{states(run.status)}</TableCell>
              <TableCell label={t('took')} numeric>{duration(run.durationMs)}</TableCell><TableCell label={t('allTokens')} numeric>{formatCount(run.tokens, locale)}</TableCell><TableCell label={t('cost')} numeric>{formatCost(run.cost, locale)}</TableCell>
              <TableCell><Link href={`/runs/${run.id}`} className="font-mono text-xs text-brand hover:underline">…{run.id.slice(-8)}</Link></TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Section>
      {report.tokens.calls > 0 && report.tokens.cost === null && <p className="text-xs text-muted-foreground">{t('noPrice')}</p>}
      {report.tokens.cost !== null && report.tokens.calls > 0 && <p className="text-xs text-muted-foreground">{t('priceOfItsTime')}</p>}
    </>
  )
}

/** Its id is the hint, and stands in its place where no run's graph tells a name. */
function NodeName({ id, name }: { id: string; name: string | undefined }) {
  return name === undefined ? <span className="font-mono text-xs">{id}</span> : <span title={id}>{name}</span>
}

function NodeRow({ node, name }: { node: ExecutionStatistics & { node: string }; name: ReactNode }) {
  const t = useTranslations('report')
  const locale = useLocale()
  return (
    <TableRow>
      <TableCell card="title">{name}</TableCell><TableCell label={t('executions')} numeric>{formatCount(node.executions, locale)}</TableCell><TableCell label={t('successRate')} numeric>{formatShare(node.successRate ?? undefined, locale)}</TableCell>
      {durations.map((name) => <TableCell key={name} label={t(`duration.${name}`)} numeric>{formatDuration(node.durationMs?.[name], locale)}</TableCell>)}
    </TableRow>
  )
}

function TokenRow({ name, tokens }: { name: ReactNode; tokens: Tokens }) {
  const t = useTranslations('report')
  const locale = useLocale()
  return (
    <TableRow>
      <TableCell card="title">{name}</TableCell>
      {(['calls', 'promptTokens', 'cachedTokens', 'completionTokens'] as const).map((figure) => <TableCell key={figure} label={t(figure)} numeric>{formatCount(tokens[figure], locale)}</TableCell>)}
      <TableCell label={t('cost')} numeric>{formatCost(tokens.cost, locale)}</TableCell>
    </TableRow>
  )
}

function Head({ first, names }: { first?: string; names: readonly string[] }) {
  return <TableHeader><TableRow>{first !== undefined && <TableHead>{first}</TableHead>}{names.map((name) => <TableHead key={name} className="text-right">{name}</TableHead>)}</TableRow></TableHeader>
}

function Section({ title, empty = false, children }: { title: string; empty?: boolean; children: ReactNode }) {
  const t = useTranslations('report')
  return <Panel title={title} flush className="break-inside-avoid-page">{empty ? <p className="p-3 text-sm text-muted-foreground">{t('nothing')}</p> : <Table label={title}>{children}</Table>}</Panel>
}

function Figure({ name, value }: { name: string; value: string }) {
  return <div className="rounded-lg border bg-card px-3 py-2"><dt className="text-xs text-muted-foreground">{name}</dt><dd className="text-lg font-semibold tabular-nums">{value}</dd></div>
}
