'use client'

import { ArrowRightFromLine, ArrowRightToLine, FlaskConical, Pin, PinOff } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { isRemark, type GraphNode } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { formatCount, formatDuration, UNKNOWN } from '@/domain/metric/figures'
import type { NodeFigures } from '@/domain/metric/node-figures'
import { isPinned } from '@/domain/run/stale-nodes'
import type { TrialReach } from '@/domain/run/trial'
import type { NodeResultBody } from '@/wire/results'
import { sentencesOf, useProblemWords } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { useEditorStore, useEditorView } from '../editor-context'
import { formatCost } from './format-cost'
import { useItemResults } from '../editor-queries'
import { ItemChoice } from './item-choice'
import { itemToShow } from './item-to-try'
import { useLastRun } from './last-run-context'
import { nodeKey, ofNode } from './last-run-store'

const REACHES = [['only', FlaskConical], ['to', ArrowRightToLine], ['from', ArrowRightFromLine]] as const
const MOST = 20_000

/** Beside a node: try it, and what it took and gave the last time. In the body of a map that is one item of the last run. */
export function LastRunPanel({ node, onTry }: { node: GraphNode; onTry: (nodeId: string, reach: TrialReach) => void }) {
  const t = useTranslations('lastRun')
  const outermost = useEditorView((view) => view.path.length === 0)
  const key = useEditorView((view) => nodeKey(view.path, node.id))
  const map = useEditorView((view) => view.path[0])
  const canTry = useLastRun((view) => map === undefined || ofNode(view.results, map) !== undefined)
  const { result, item } = useShownResult(node.id)
  const stale = useLastRun((view) => view.stale.get(key))
  const busy = useLastRun((view) => view.trial !== undefined)
  if (isRemark(node.type)) return null
  return (
    <section aria-label={t('title')} className="mb-3 flex flex-col gap-2 rounded-lg border p-2.5">
      {!outermost && <ItemChoice nodeId={node.id} />}
      {canTry && <div className="flex flex-wrap gap-1">
        {REACHES.map(([reach, Icon]) => <Button key={reach} size="sm" title={t(`tryHint.${reach}`)} disabled={busy} className="grow px-1.5" onClick={() => onTry(node.id, reach)}><Icon aria-hidden /> {t(`try.${reach}`)}</Button>)}
      </div>}
      {isPinned(node) && <Notice>{t('pinnedNotice')}</Notice>}
      {stale && <Notice tone="warning">{t(`stale.${stale}`)}</Notice>}
      {result ? <Result nodeKey={key} node={node} result={result} item={item} /> : <p className="text-xs text-muted-foreground">{t(outermost ? 'none' : 'noneInside')}</p>}
    </section>
  )
}

/** The last result, or in a map's body that of the item that was chosen there. */
function useShownResult(nodeId: string): { result: NodeResultBody | undefined; item?: string } {
  const path = useEditorView((view) => view.path)
  const told = useLastRun((view) => ofNode(view.results, nodeKey(path, nodeId)))
  const runId = useLastRun((view) => (path[0] === undefined ? undefined : ofNode(view.results, path[0])?.runId))
  const picks = useLastRun((view) => view.picks)
  const chosen = itemToShow(path, nodeId, runId, picks, told?.items?.step)
  const { data } = useItemResults(chosen?.runId ?? '', chosen?.step ?? '', chosen !== undefined)
  return chosen ? { result: data && ofNode(data.results, nodeId), item: chosen.step } : { result: told }
}

function Result({ nodeKey: key, node, result, item }: { nodeKey: string; node: GraphNode; result: NodeResultBody; /** The item that was chosen. */ item: string | undefined }) {
  const t = useTranslations('lastRun')
  const words = useProblemWords()
  const step = item === undefined ? result.items?.step : `${item}.${node.id}`
  return (
    <>
      <p className="flex items-center justify-between text-xs">
        <span>{t('title')}: {t(`status.${result.status}`)}</span>
        <Link href={`/runs/${result.runId}?step=${encodeURIComponent(step ?? node.id)}`} className="underline underline-offset-2">{t('openRun')}</Link>
      </p>
      {item !== undefined && <p className="text-xs text-muted-foreground">{t('ofChosenItem', { item: itemOf(item) })}</p>}
      {result.items && <p className="text-xs text-muted-foreground">{result.items.alone ? t('ofOneItem', { item: itemOf(result.items.step) }) : t('ofItems', { item: itemOf(result.items.step), count: result.items.count, failed: result.items.failed })}</p>}
      <Figures nodeId={key} />
      {result.error && <p className="text-xs text-state-failed"><span className="font-medium">{t('error')}:</span> {sentencesOf(words(result.error))}</p>}
      {node.type !== 'input' && <Value label={t('input')} value={result.input} cut={result.cut.includes('input')} />}
      <Value label={t('output')} value={result.output} cut={result.cut.includes('output')} open />
      {step === undefined && <PinButton node={node} output={result.output} />}
    </>
  )
}

/** `outer[3].inner[0].node` → `4.1`. */
function itemOf(step: string): string {
  return [...step.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index) + 1).join('.')
}

function PinButton({ node, output }: { node: GraphNode; output: Json | undefined }) {
  const t = useTranslations('lastRun')
  const store = useEditorStore()
  const pinned = isPinned(node)
  if (node.type === 'input' || node.type === 'output' || (!pinned && output === undefined)) return null
  const toggle = () => {
    const { pinnedOutput: _, ...rest } = node.config
    store.edit({ do: 'set-config', nodeId: node.id, config: pinned ? rest : { ...rest, pinnedOutput: output! } })
  }
  return <Button size="sm" variant="ghost" className="self-start" onClick={toggle}>{pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />} {t(pinned ? 'unpin' : 'pin')}</Button>
}

function Figures({ nodeId }: { nodeId: string }) {
  const t = useTranslations('lastRun')
  const locale = useLocale()
  const history = useLastRun((view) => ofNode(view.figures, nodeId))
  if (!history) return null
  const tokens = ({ tokens: some }: NodeFigures) => (some ? formatCount(some.prompt + some.completion, locale) : UNKNOWN)
  const cost = ({ cost: some }: NodeFigures) => (some === null ? UNKNOWN : formatCost(some, locale))
  const rows = [[t('last'), history.last], [t('typicalOf', { runs: history.runs }), history.typical]] as const
  return (
    <table className="w-full text-xs tabular-nums">
      <thead><tr className="text-muted-foreground"><td /><th className="text-right font-normal">{t('duration')}</th><th className="text-right font-normal">{t('tokens')}</th><th className="text-right font-normal">{t('cost')}</th></tr></thead>
      <tbody>{rows.map(([label, figures]) => <tr key={label}><th className="text-left font-normal text-muted-foreground">{label}</th><td className="text-right">{formatDuration(figures.durationMs ?? undefined, locale)}</td><td className="text-right">{tokens(figures)}</td><td className="text-right">{cost(figures)}</td></tr>)}</tbody>
    </table>
  )
}

function Value({ label, value, cut, open = false }: { label: string; value: Json | undefined; cut: boolean; open?: boolean }) {
  const t = useTranslations('lastRun')
  const text = value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (
    <details open={open} className="text-xs">
      <summary className="cursor-pointer text-muted-foreground">{label}</summary>
      {cut || (text !== undefined && text.length > MOST) ? <p className="mt-1">{t('cut')}</p> : text === undefined ? <p className="mt-1">{t('nothing')}</p> : <pre tabIndex={0} aria-label={label} className="mt-1 max-h-28 overflow-auto rounded-md border bg-muted/50 p-2 font-mono text-2xs leading-4 break-words whitespace-pre-wrap">{text}</pre>}
    </details>
  )
}
