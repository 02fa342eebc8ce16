'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { WorkflowDocument } from '@/domain/exchange/workflow-document'
import { isRemark } from '@/domain/graph/graph'
import { validateGraph } from '@/domain/graph/validate'
import { GraphPicture } from '@/components/graph/graph-picture'
import { issueText } from '@/components/graph/issue-text'
import { Badge } from '@/components/ui/badge'
import { Notice } from '@/components/ui/notice'
import type { ReadImport } from './read-import'
import { RemarkList } from './remark-list'

/** Most problems that are listed. */
const LISTED = 20

/** What would be made: its picture, its parts, and what a person has to fill in before it runs. */
export function ImportPreview({ document: { name, description, graph }, from }: { document: WorkflowDocument; from?: Extract<ReadImport, { ok: true }>['from'] | undefined }) {
  const t = useTranslations('exchange')
  const words = useTranslations('editor')
  const partly = from?.remarks.some(({ level }) => level !== 'changed') === true
  const issues = useMemo(() => validateGraph(graph), [graph])
  return (
    <section aria-label={t('preview')} className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-3">
        <GraphPicture graph={graph} className="h-24 w-56 shrink-0 rounded-md border bg-background p-2" />
        <div className="min-w-40 grow text-sm">
          <h3 className="font-medium">{name}{from && <Badge className="ml-2">{t('fromBuilder', { builder: from.builder })}</Badge>}</h3>
          {description !== '' && <p className="line-clamp-2 text-xs text-muted-foreground">{description}</p>}
          <p className="text-muted-foreground">{t('counts', { nodes: graph.nodes.filter(({ type }) => !isRemark(type)).length, edges: graph.edges.length })}</p>
        </div>
      </div>
      {from && <RemarkList remarks={from.remarks} />}
      {issues.length === 0 ? <Notice tone={partly ? 'warning' : 'success'}>{t(partly ? 'canRunPartly' : 'canRun')}</Notice> : (
        <Notice tone="warning" title={t('toFillIn', { count: issues.length })}>
          <ul className="list-inside list-disc text-xs">{issues.slice(0, LISTED).map((issue, index) => <li key={index}>{issueText(issue, words)}</li>)}</ul>
          {issues.length > LISTED && <p className="text-xs">{t('andMore', { count: issues.length - LISTED })}</p>}
        </Notice>
      )}
    </section>
  )
}
