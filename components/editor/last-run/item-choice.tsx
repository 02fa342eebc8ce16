'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Select } from '@/components/ui/select'
import { useRunItems } from '../editor-queries'
import { useEditorView, useLevelNames } from '../editor-context'
import { useLastRun, useLastRunStore } from './last-run-context'
import { nodeKey, ofNode } from './last-run-store'
import { itemsToTry } from './item-to-try'

/** In the body of a map: which item of the last run a trial works with, on each level. */
export function ItemChoice({ nodeId }: { nodeId: string }) {
  const path = useEditorView((view) => view.path)
  const names = useLevelNames()
  const runId = useLastRun((view) => ofNode(view.results, path[0]!)?.runId)
  const told = useLastRun((view) => ofNode(view.results, nodeKey(path, nodeId))?.items?.step)
  const picks = useLastRun((view) => view.picks)
  if (runId === undefined) return null
  return itemsToTry(path, runId, picks, told).map(({ mapKey, index }, depth) => <OneOf key={depth} runId={runId} mapKey={mapKey} index={index} name={names[depth]!} />)
}

function OneOf({ runId, mapKey, index, name }: { runId: string; mapKey: string; index: number; name: string }) {
  const t = useTranslations('lastRun')
  const locale = useLocale()
  const store = useLastRunStore()
  const { data } = useRunItems(runId, mapKey)
  if (!data || data.count === 0) return null
  const label = t('itemOf', { name })
  return (
    <div className="flex flex-col gap-0.5">
      <span aria-hidden className="text-xs text-muted-foreground">{label}</span>
      <Select
        aria-label={label} size="sm" value={String(index)} onValueChange={(chosen) => store.pick(runId, mapKey, Number(chosen))}
        options={data.items.map((item) => ({ value: String(item.index), label: `${(item.index + 1).toLocaleString(locale)} · ${item.preview}`, ...(item.status === 'failed' && { description: t('status.failed') }) }))}
      />
      {data.items.length < data.count && <span className="text-2xs text-muted-foreground">{t('itemsMore', { shown: data.items.length, count: data.count })}</span>}
    </div>
  )
}
