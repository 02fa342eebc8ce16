'use client'

import { DatabaseZap } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useDeferredValue, useMemo } from 'react'
import { formatShare } from '@/domain/metric/figures'
import { graphAt } from '@/domain/graph/nested-graph'
import { cacheShareOf, type CacheShare as Share } from '@/domain/run/cache-share'
import { useEditorStore, useEditorView } from './editor-context'
import { useWorkflowCache } from './editor-queries'

const NO_SIZES = { outputs: {} }

/** How much of an agent's prompt is expected in the KV cache, what it was in its last runs, and what would raise it. */
export function CacheShare({ workflowId, nodeId }: { workflowId: string; nodeId: string }) {
  const t = useTranslations('editor.cache')
  const locale = useLocale()
  const store = useEditorStore()
  const root = useDeferredValue(useEditorView((view) => view.root))
  const path = useEditorView((view) => view.path)
  const { data } = useWorkflowCache(workflowId)
  const share = useMemo(() => {
    const around = path.map((mapId, depth) => ({ graph: graphAt(root, path.slice(0, depth)), mapId }))
    return cacheShareOf({ graph: graphAt(root, path), nodeId, around }, data?.sizes ?? NO_SIZES)
  }, [root, path, nodeId, data])
  if (!share) return null
  const measured = data?.agents[[...path, nodeId].join('.')]
  const { advice } = share
  return (
    <section aria-label={t('title')} className="mb-3 rounded-lg border bg-muted/40 px-3 py-2 text-xs">
      <p className="flex items-center gap-1.5">
        <DatabaseZap aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
        <span className="grow">{t('title')}</span>
        <span className="font-semibold tabular-nums">{share.guessed ? t('about', { share: formatShare(share.share, locale) }) : formatShare(share.share, locale)}</span>
      </p>
      <div aria-hidden className="relative mt-1.5 h-1.5 overflow-hidden rounded-full bg-accent"><div className="h-full bg-brand" style={{ width: `${share.share * 100}%` }} /></div>
      <p className="mt-1 text-muted-foreground tabular-nums">
        {measured && measured.promptTokens > 0 ? t('measured', { share: formatShare(measured.cachedTokens / measured.promptTokens, locale), calls: measured.calls }) : t('notMeasured')}
      </p>
      <details className="mt-1">
        <summary className="cursor-pointer text-muted-foreground">{t('why')}</summary>
        <p className="mt-1">{whyOf(share, t)}</p>
        {share.guessed && <p className="mt-1 text-muted-foreground">{t('guessed')}</p>}
        {advice && (
          <p className="mt-1">
            {t(`advice.${advice.kind}`, { share: formatShare(advice.share, locale), name: advice.with?.name ?? '' })}
            {advice.with && <> <button type="button" className="underline underline-offset-2" onClick={() => store.select([advice.with!.nodeId])}>{t('show', { name: advice.with.name })}</button></>}
          </p>
        )}
      </details>
    </section>
  )
}

function whyOf({ giver }: Share, t: ReturnType<typeof useTranslations<'editor.cache'>>): string {
  switch (giver?.kind) {
    case undefined:
      return t('whyNone')
    case 'agent':
      return t('whyAgent', { name: giver.name })
    case 'items':
      return t('whyItems')
    case 'runs':
      return t('whyRuns')
  }
}
