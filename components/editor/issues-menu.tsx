'use client'

import { useReactFlow } from '@xyflow/react'
import { CircleCheck, ListTodo, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useMemo, type ReactNode } from 'react'
import { todosIn } from '@/domain/graph/todos-in'
import type { GraphIssue } from '@/domain/graph/validate'
import { Button } from '@/components/ui/button'
import { Popover, PopoverClose, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { useEditorStore, useLevel, useLevelIssues } from './editor-context'
import { issueText } from '@/components/graph/issue-text'
import { TodoText } from '@/components/graph/todo-text'

/** All that keeps the workflow from running, and what is left to do since it was brought here; pressing one goes there. */
export function IssuesMenu() {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const { fitView } = useReactFlow()
  const issues = useLevelIssues()
  const level = useDeferredValue(useLevel())
  const todos = useMemo(() => todosIn(level), [level])
  const showNode = (nodeId: string) => {
    store.select([nodeId])
    void fitView({ nodes: [{ id: nodeId }], maxZoom: 1, duration: 200 })
  }
  const show = (issue: GraphIssue) => {
    if (issue.nodeId !== undefined) return showNode(issue.nodeId)
    const edge = store.level().edges.find((one) => one.id === issue.edgeId)
    if (!edge) return
    store.select([], [edge.id])
    void fitView({ nodes: [{ id: edge.source }, { id: edge.target }], maxZoom: 1, duration: 200 })
  }
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button className={issues.length > 0 ? 'text-state-failed' : ''}>
          {issues.length > 0 ? <TriangleAlert aria-hidden /> : <CircleCheck aria-hidden className="text-state-completed" />} {t('issues', { count: issues.length })}
          {todos.length > 0 && <span className="inline-flex items-center gap-0.5 text-state-waiting"><ListTodo aria-hidden className="size-3.5" />{t('todos.count', { count: todos.length })}</span>}
        </Button>
      </PopoverTrigger>
      <PopoverContent label={t('issueList')} align="end" className="flex max-h-[70vh] w-96 max-w-[calc(100vw-1rem)] flex-col gap-2 overflow-y-auto">
        {issues.length === 0 ? <p className="text-sm">{t('noIssues')}</p> : (
          <ul className="flex flex-col gap-1">
            {issues.map((issue, index) => <Row key={index} onPress={() => show(issue)}>{issueText(issue, t)}</Row>)}
          </ul>
        )}
        {todos.length > 0 && (
          <section aria-label={t('todos.title', { count: todos.length })} className="border-t pt-2">
            <h3 className="px-2 text-xs font-medium text-state-waiting">{t('todos.title', { count: todos.length })}</h3>
            <ul className="flex flex-col gap-1">
              {todos.map(({ nodeId, name, inside, todo }, index) => <Row key={index} onPress={() => showNode(nodeId)}><span className="font-medium">{[name, ...inside].join(' › ')}:</span> <TodoText {...todo} /></Row>)}
            </ul>
          </section>
        )}
      </PopoverContent>
    </Popover>
  )
}

function Row({ children, onPress }: { children: ReactNode; onPress: () => void }) {
  return <li><PopoverClose asChild><button type="button" onClick={onPress} className="w-full rounded-md px-2 py-1 text-left text-sm hover:bg-accent">{children}</button></PopoverClose></li>
}
