'use client'

import { CircleUser, Globe, RotateCcw, TriangleAlert } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { formatCost, formatCount, formatDuration, UNKNOWN } from '@/domain/metric/figures'
import type { Effect, ForkPlan } from '@/domain/run/plan-fork'

/** Node names that are shown of a list; the rest is counted. */
const MOST_NAMES = 8

/** What a new run would take over, do again outside, and cost: before it is started. */
export function ForkPlanView({ plan, graph }: { plan: ForkPlan; graph: Graph }) {
  const t = useTranslations('run.plan')
  const locale = useLocale()
  const named = new Map(graph.nodes.map((node) => [node.id as string, node.name]))
  const list = (ids: readonly string[]) => {
    const names = ids.slice(0, MOST_NAMES).map((id) => named.get(id) ?? id).join(', ')
    return ids.length === 0 ? t('nothing') : ids.length > MOST_NAMES ? t('andMore', { names, count: ids.length - MOST_NAMES }) : names
  }
  return (
    <section aria-label={t('title')} className="rounded-md border bg-muted/40 p-3">
      <h3 className="mb-2 text-xs font-semibold">{t('title')}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm [&>dt]:text-muted-foreground">
        <Row name={t('reused')}>{list(plan.reused)}</Row>
        {plan.given.length > 0 && <Row name={t('given')}>{list(plan.given)}</Row>}
        <Row name={t('again')}>{list(plan.again)}</Row>
        {plan.goesOn.length > 0 && <Row name={t('goesOn')}>{plan.goesOn.map(({ nodeId, turns }) => t('goesOnAfter', { name: named.get(nodeId) ?? nodeId, turns })).join(', ')}</Row>}
        <Row name={t('time')}>{plan.expectedMs === undefined ? UNKNOWN : t('about', { time: formatDuration(plan.expectedMs, locale) })}</Row>
        <Row name={t('cost')}>{plan.cost !== undefined && plan.calls > 0 && <><span className="font-medium">{formatCost(plan.cost, locale)}</span> · </>}{t('tokens', { calls: plan.calls, prompt: formatCount(Math.round(plan.tokens.prompt), locale), completion: formatCount(Math.round(plan.tokens.completion), locale) })}</Row>
      </dl>
      {plan.unknown.length > 0 && <p className="mt-1 text-xs text-muted-foreground">{t('unknown', { names: list(plan.unknown) })}</p>}
      <Effects effects={plan.effects} />
    </section>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return <><dt>{name}</dt><dd className="min-w-0 break-words tabular-nums">{children}</dd></>
}

const ICON = { request: Globe, person: CircleUser, other: TriangleAlert }

function Effects({ effects }: { effects: readonly Effect[] }) {
  const t = useTranslations('run.plan')
  if (effects.length === 0) return <p className="mt-2 text-xs text-muted-foreground">{t('noEffects')}</p>
  return (
    <div className="mt-2 rounded-md border border-state-waiting-border bg-state-waiting-soft p-2">
      <h4 className="text-xs font-medium">{t('effects')}</h4>
      <ul className="mt-1 flex flex-col gap-1 text-xs">
        {effects.map(({ nodeId, names, kind, method, repeats }) => {
          const Icon = ICON[kind]
          return (
            <li key={nodeId} className="flex flex-wrap items-center gap-1.5">
              <Icon aria-hidden className="size-3.5" />
              <span className="font-medium">{names.join(' › ')}</span>
              <span>{kind === 'request' ? t('effect.request', { method: method ?? '' }) : t(`effect.${kind}`)}</span>
              {repeats && <span className="inline-flex items-center gap-1 text-state-waiting"><RotateCcw aria-hidden className="size-3" />{t('repeats')}</span>}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
