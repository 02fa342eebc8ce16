'use client'

import { useReactFlow } from '@xyflow/react'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { GraphIssue } from '@/domain/graph/validate'
import { Button } from '@/components/ui/button'
import { Popover, PopoverClose, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { useEditorStore, useLevelIssues } from './editor-context'
import { issueText } from '@/components/graph/issue-text'

/** All that keeps the workflow from running; pressing one goes there. */
export function IssuesMenu() {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const { fitView } = useReactFlow()
  const issues = useLevelIssues()
  const show = (issue: GraphIssue) => {
    if (issue.nodeId !== undefined) {
      store.select([issue.nodeId])
      void fitView({ nodes: [{ id: issue.nodeId }], maxZoom: 1, duration: 200 })
      return
    }
    const edge = store.level().edges.find((one) => one.id === issue.edgeId)
    if (!edge) return
    store.select([], [edge.id])
    void fitView({ nodes: [{ id: edge.source }, { id: edge.target }], maxZoom: 1, duration: 200 })
  }
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button className={issues.length > 0 ? 'text-state-failed' : ''}>{issues.length > 0 ? <TriangleAlert aria-hidden /> : <CircleCheck aria-hidden className="text-state-completed" />} {t('issues', { count: issues.length })}</Button>
      </PopoverTrigger>
      <PopoverContent label={t('issueList')} align="end" className="w-96">
        {issues.length === 0 ? <p className="text-sm">{t('noIssues')}</p> : (
          <ul className="flex flex-col gap-1">
            {issues.map((issue, index) => (
              <li key={index}><PopoverClose asChild><button type="button" onClick={() => show(issue)} className="w-full rounded-md px-2 py-1 text-left text-sm hover:bg-accent">{issueText(issue, t)}</button></PopoverClose></li>
            ))}
          </ul>
        )}
      </PopoverContent>
    </Popover>
  )
}
