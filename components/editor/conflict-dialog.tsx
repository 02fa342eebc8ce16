'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent } from 'react'
import { sourceHandleOf } from '@/domain/graph/graph'
import type { Clash } from '@/domain/graph/merge-diff'
import type { Json } from '@/domain/json'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { useDesk, useDeskView, useEditorStore, useEditorView } from './editor-context'

/** Where two people, or two tabs, changed the same field of the same node: both sides, and a person decides. All else was merged. */
export function ConflictDialog() {
  const t = useTranslations('editor.conflict')
  const store = useEditorStore()
  const desk = useDesk()
  const clashes = useEditorView((view) => view.log.clashes)
  const shown = useDeskView((view) => view.clashesShown)
  const onMore = useEffectEvent(() => desk.showClashes(true))
  useEffect(() => {
    if (clashes.length > 0) onMore()
  }, [clashes.length])
  const all = (side: 'mine' | 'theirs') => clashes.forEach((clash) => store.settle(clash, side))
  return (
    <Dialog open={shown && clashes.length > 0} onOpenChange={desk.showClashes}>
      <DialogContent
        size="lg" title={t('title', { count: clashes.length })} description={t('body')} closeLabel={t('later')}
        footer={<><Button onClick={() => all('theirs')}>{t('allTheirs')}</Button><Button onClick={() => all('mine')}>{t('allMine')}</Button></>}
      >
        <ul className="flex flex-col gap-4">
          {clashes.map((clash) => <li key={JSON.stringify([clash.path, clash.item, clash.id, clash.kind, clash.kind === 'field' && clash.field])}><Choice clash={clash} onChoose={(side) => store.settle(clash, side)} /></li>)}
        </ul>
      </DialogContent>
    </Dialog>
  )
}

function Choice({ clash, onChoose }: { clash: Clash; onChoose: (side: 'mine' | 'theirs') => void }) {
  const t = useTranslations('editor.conflict')
  const labelOf = useFieldLabel()
  const field = clash.kind === 'field' ? labelOf(clash.field) : undefined
  const title = field === undefined ? clash.name : t('field', { name: clash.name, field })
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="text-sm font-medium">{title}</h3>
      <div className="grid gap-2 sm:grid-cols-2">
        <Side label={t('mine')} action={t('takeMine')} about={title} onTake={() => onChoose('mine')}>{clash.kind === 'field' ? textOf(clash.mine, t('nothing')) : t(clash.kind === 'removed-here' ? 'removed' : 'kept')}</Side>
        <Side label={t('theirs')} action={t('takeTheirs')} about={title} onTake={() => onChoose('theirs')}>{clash.kind === 'field' ? textOf(clash.theirs, t('nothing')) : t(clash.kind === 'removed-here' ? 'kept' : 'removed')}</Side>
      </div>
      {clash.kind === 'removed-there' && clash.item === 'edge' && <p className="text-xs text-muted-foreground">{t('edgeBack', { handle: clash.edges[0] ? sourceHandleOf(clash.edges[0]) : 'out' })}</p>}
    </section>
  )
}

/** As the form names it; a field that no form shows has its own name. */
function useFieldLabel(): (field: string) => string {
  const t = useTranslations('editor.forms')
  return (field) => {
    const name = field.replace(/^config\./, '')
    if (name === 'name') return t('name')
    const key = `field.${name}` as 'field.prompt'
    return t.has(key) ? t(key) : name
  }
}

function Side({ label, action, about, onTake, children }: { label: string; action: string; about: string; onTake: () => void; children: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-md border bg-muted/40 p-2">
      <span className="text-xs text-muted-foreground">{label}</span>
      <pre className="max-h-40 grow overflow-auto whitespace-pre-wrap break-words font-mono text-xs">{children}</pre>
      <Button size="sm" className="self-start" aria-label={`${action}: ${about}`} onClick={onTake}>{action}</Button>
    </div>
  )
}

function textOf(value: Json | undefined, nothing: string): string {
  if (value === undefined || value === '') return nothing
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
