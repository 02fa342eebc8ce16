import { Check } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { todosOf, withoutTodo } from '@/domain/graph/todo'
import type { Json } from '@/domain/json'
import { TodoText } from '@/components/graph/todo-text'
import { IconButton } from '@/components/ui/icon-button'
import { Notice } from '@/components/ui/notice'

/** What is left to do at a node since it was brought from elsewhere; each is ticked off when it is done. */
export function TodoNotice({ config, error, onConfig }: { config: Record<string, Json>; error: string | undefined; onConfig: (config: Record<string, Json>) => void }) {
  const t = useTranslations('editor.todos')
  const todos = todosOf(config)
  if (error !== undefined) return <Notice tone="danger">{error}</Notice>
  if (todos.length === 0) return null
  return (
    <Notice tone="warning" title={t('title', { count: todos.length })}>
      <ul className="flex flex-col gap-1 pt-1 text-xs">
        {todos.map(({ code, detail }, index) => (
          <li key={index} className="flex items-start gap-1">
            <span className="min-w-0 grow"><TodoText code={code} detail={detail} /></span>
            <IconButton size="sm" label={t('done', { number: index + 1 })} onClick={() => onConfig(withoutTodo(config, index))}><Check aria-hidden /></IconButton>
          </li>
        ))}
      </ul>
    </Notice>
  )
}
