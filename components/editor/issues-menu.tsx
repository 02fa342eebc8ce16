'use client'

import { CircleCheck, ListTodo, TriangleAlert, Unplug } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useMemo, useRef, type ReactNode } from 'react'
import { todosIn } from '@/domain/graph/todos-in'
import type { GraphIssue } from '@/domain/graph/validate'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Popover, PopoverClose, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { notLookedThrough, useEditorView, useLevel, useLevelIssues } from './editor-context'
import { atItsField, issueText } from '@/components/graph/issue-text'
import { TodoText } from '@/components/graph/todo-text'
import { useCheckTexts } from './code/use-check-texts'
import { showField } from './forms/show-field'
import { useUnserved } from './forms/use-unserved'
import { useGoTo } from './use-go-to'

/** All that keeps the workflow from running, and what is left to do since it was brought here; pressing one goes there. */
export function IssuesMenu() {
  const t = useTranslations('editor')
  const { toNode, toIssue } = useGoTo()
  useCheckTexts()
  const issues = useLevelIssues()
  const path = useEditorView((view) => view.path)
  const level = useDeferredValue(useLevel())
  const todos = useMemo(() => todosIn(level), [level])
  const warnings = useUnserved(level)
  const led = useRef(false)
  const lead = (issue: GraphIssue) => {
    toIssue(issue)
    // What lies in a map is told by the form of its own level.
    const { path, message } = atItsField(innermost(issue), t)
    led.current = path !== undefined && path !== ''
    if (led.current) showField(message)
  }
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button className={cn(issues.length > 0 && 'text-state-failed', issues === notLookedThrough && 'invisible')}>
          {issues.length > 0 ? <TriangleAlert aria-hidden /> : <CircleCheck aria-hidden className="text-state-completed" />} <span className="max-sm:sr-only">{t('issues', { count: issues.length })}</span>{issues.length > 0 && <span aria-hidden className="sm:hidden">{issues.length}</span>}
          {warnings.length > 0 && <span className="inline-flex items-center gap-0.5 text-state-waiting"><Unplug aria-hidden className="size-3.5" /><span className="max-sm:sr-only">{t('warnings.count', { count: warnings.length })}</span><span aria-hidden className="sm:hidden">{warnings.length}</span></span>}
          {todos.length > 0 && <span className="inline-flex items-center gap-0.5 text-state-waiting"><ListTodo aria-hidden className="size-3.5" />{t('todos.count', { count: todos.length })}</span>}
        </Button>
      </PopoverTrigger>
      <PopoverContent label={t('issueList')} align="end" onCloseAutoFocus={(event) => (led.current && event.preventDefault(), (led.current = false))} className="flex max-h-[70vh] w-96 max-w-[calc(100vw-1rem)] flex-col gap-2 overflow-y-auto">
        {issues.length === 0 ? <p className="text-sm">{t('noIssues')}</p> : (
          <ul className="flex flex-col gap-1">
            {issues.map((issue, index) => <Row key={index} onPress={() => lead(issue)}>{issueText(issue, t)}</Row>)}
          </ul>
        )}
        {warnings.length > 0 && (
          <section aria-label={t('warnings.title')} className="border-t pt-2">
            <h3 className="px-2 text-xs font-medium text-state-waiting">{t('warnings.title')}</h3>
            <ul className="flex flex-col gap-1">
              {warnings.map(({ path: below, nodeId, name, model, known, there }) => <Row key={[...below, nodeId].join('/')} onPress={() => toNode([...path, ...below], nodeId)}>{t(known ? 'warnings.away' : 'warnings.unserved', { name, model, there })}</Row>)}
            </ul>
          </section>
        )}
        {todos.length > 0 && (
          <section aria-label={t('todos.title', { count: todos.length })} className="border-t pt-2">
            <h3 className="px-2 text-xs font-medium text-state-waiting">{t('todos.title', { count: todos.length })}</h3>
            <ul className="flex flex-col gap-1">
              {todos.map(({ path: below, nodeId, names, todo }, index) => <Row key={index} onPress={() => toNode([...path, ...below], nodeId)}><span className="font-medium">{names.join(' › ')}:</span> <TodoText {...todo} /></Row>)}
            </ul>
          </section>
        )}
      </PopoverContent>
    </Popover>
  )
}

function innermost(issue: GraphIssue): GraphIssue {
  return issue.inner ? innermost(issue.inner) : issue
}

function Row({ children, onPress }: { children: ReactNode; onPress: () => void }) {
  return <li><PopoverClose asChild><button type="button" onClick={onPress} className="w-full rounded-md px-2 py-1 text-left text-sm hover:bg-accent">{children}</button></PopoverClose></li>
}
