'use client'

import { useTranslations } from 'next-intl'
import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { remembers } from '@/domain/graph/node-types'
import type { GraphIssue } from '@/domain/graph/validate'
import type { Json } from '@/domain/json'
import { CodeLine } from '@/components/ui/code-line'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { CommonFields } from './common-fields'
import type { FieldContext } from './field-context'
import { insertablePaths } from './insertable-paths'
import { RememberFields } from './remember-fields'
import { TodoNotice } from './todo-notice'
import { TypeFields } from './type-fields'

export type NodeFormProps = {
  graph: Graph
  /** The levels around it, outermost first, where it lies in a map. */
  around: readonly Graph[]
  node: GraphNode
  issues: readonly GraphIssue[]
  /** @param field what changed, so that a burst of typing in it is one step of undo */
  onConfig: (config: Record<string, Json>, field: string) => void
  onRename: (name: string) => void
}

/** Everything of one node that a person sets. */
export function NodeForm({ graph, around, node, issues, onConfig, onRename }: NodeFormProps) {
  const t = useTranslations('editor.forms')
  const common = useTranslations('common')
  const general = issues.filter((issue) => issue.path === undefined || issue.path === '')
  const context: FieldContext = {
    config: node.config,
    set: (field, value) => {
      const { [field]: _, ...rest } = node.config
      onConfig(value === undefined || value === '' ? rest : { ...node.config, [field]: value }, field)
    },
    setAll: (fields) => onConfig({ ...node.config, ...fields }, Object.keys(fields)[0] ?? ''),
    errorOf: (field) => issues.find(({ path }) => path === field || path?.startsWith(`${field}.`))?.message,
    paths: insertablePaths(graph, node.id),
    levels: { own: graph, around },
  }
  return (
    <form aria-label={t('formOf', { name: node.name })} className="flex flex-col gap-3" onSubmit={(event) => event.preventDefault()}>
      {general.map((issue, index) => <Notice key={index} tone="danger">{issue.message}</Notice>)}
      <TodoNotice config={node.config} error={context.errorOf('todos')} onConfig={(config) => onConfig(config, 'todos')} />
      <Field label={t('name')} required>{(control) => <Input {...control} value={node.name} maxLength={120} onChange={(event) => event.target.value !== '' && onRename(event.target.value)} />}</Field>
      <TypeFields type={node.type} {...context} />
      {remembers(node.type) && <RememberFields nodeId={node.id} {...context} />}
      {node.type !== 'input' && !isRemark(node.type) && <CommonFields {...context} />}
      {!isRemark(node.type) && (
        <div>
          <p className="mb-1 text-xs text-muted-foreground">{t('usedAs')}</p>
          <CodeLine code={node.type === 'input' ? 'input' : `steps.${node.id}.output`} copyLabel={common('copy')} copiedLabel={common('copied')} />
        </div>
      )}
    </form>
  )
}
