'use client'

import { ListTree, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { GraphNode } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'

/** What is set at a node, to read. */
export function ViewPanel({ node, onClose, onOpen }: { node: GraphNode; onClose: () => void; onOpen: () => void }) {
  const t = useTranslations('versions')
  const editor = useTranslations('editor')
  const fields = Object.entries(node.config).filter(([key]) => key !== 'body' && key !== 'locked')
  const labelOf = (field: string) => {
    const key = `forms.field.${field}` as 'forms.field.prompt'
    return editor.has(key) ? editor(key) : field
  }
  return (
    <aside data-panel="" aria-label={t('view.panel')} className="absolute inset-x-0 bottom-0 z-10 flex max-h-[60%] flex-col border-t bg-card md:inset-y-0 md:right-0 md:left-auto md:max-h-none md:w-full md:max-w-96 md:border-t-0 md:border-l">
      <header className="flex items-center gap-1 border-b px-3 py-1.5">
        <div className="min-w-0 grow">
          <h2 className="truncate text-sm font-semibold">{node.name}</h2>
          <p className="text-2xs text-muted-foreground">{editor(`types.${node.type}.name`)} · <code className="font-mono">{node.id}</code></p>
        </div>
        <IconButton size="sm" label={editor('closePanel')} onClick={onClose}><X aria-hidden /></IconButton>
      </header>
      <div className="flex min-h-0 grow flex-col gap-3 overflow-y-auto p-3" tabIndex={0} role="group" aria-label={t('view.settings')}>
        {node.type === 'map' && <Button onClick={onOpen}><ListTree aria-hidden /> {editor('openBody')}</Button>}
        {fields.length === 0 && <p className="text-sm text-muted-foreground">{t('view.nothingSet')}</p>}
        <dl className="flex flex-col gap-3">
          {fields.map(([field, value]) => (
            <div key={field}>
              <dt className="text-xs font-medium">{labelOf(field)}</dt>
              <dd><pre className="mt-0.5 max-h-80 overflow-auto rounded-md border bg-muted px-2 py-1 font-mono text-xs whitespace-pre-wrap break-words">{textOf(value)}</pre></dd>
            </div>
          ))}
        </dl>
      </div>
    </aside>
  )
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
