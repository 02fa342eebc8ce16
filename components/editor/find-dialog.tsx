'use client'

import { useTranslations } from 'next-intl'
import { useDeferredValue, useMemo, useState } from 'react'
import { findTexts, replaceTexts, type TextMatch } from '@/domain/graph/search-texts'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useDesk, useEditorStore, useEditorView } from './editor-context'
import { focusNode } from './node-element'

/** More than these are counted, not listed. */
const MOST = 200
const AROUND = 30

/** Looks for a text in all nodes of the workflow, its maps included, and puts another in its place. */
export function FindDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('build')
  const common = useTranslations('common')
  const store = useEditorStore()
  const desk = useDesk()
  const root = useEditorView((view) => view.root)
  const [text, setText] = useState('')
  const [by, setBy] = useState('')
  const [matchCase, setMatchCase] = useState(false)
  const query = useMemo(() => ({ text, matchCase }), [text, matchCase])
  const matches = useMemo(() => findTexts(root, query), [root, query])
  const shown = useDeferredValue(matches)
  const free = matches.filter(({ locked }) => !locked)
  const replace = (only?: TextMatch) => {
    const count = (only ? only.at : free.flatMap(({ at }) => at)).length
    // The edit is one of the whole workflow: it is made, and undone, outside of its maps.
    store.leave(0)
    store.edit(replaceTexts(root, query, by, only))
    desk.say(t('said.replacedTexts', { count }))
  }
  const goTo = ({ path, nodeId }: TextMatch) => {
    store.show(path, [nodeId])
    onClose()
    focusNode(nodeId)
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        size="lg" title={t('find')} closeLabel={common('close')} className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('close')}</Button><Button variant="primary" disabled={free.length === 0} onClick={() => replace()}>{t('replaceAll', { count: free.reduce((sum, { at }) => sum + at.length, 0) })}</Button></>}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={t('findText')}>{(control) => <Input {...control} type="search" value={text} onChange={(event) => setText(event.target.value)} />}</Field>
          <Field label={t('replaceBy')}>{(control) => <Input {...control} value={by} onChange={(event) => setBy(event.target.value)} />}</Field>
        </div>
        <Field label={t('matchCase')} inline className="self-start">{(control) => <Checkbox {...control} checked={matchCase} onCheckedChange={(on) => setMatchCase(on === true)} />}</Field>
        <p role="status" className="text-xs text-muted-foreground">{text === '' ? t('findHint') : t('foundTexts', { count: matches.reduce((sum, { at }) => sum + at.length, 0) })}</p>
        <ul aria-label={t('findResults')} className="flex flex-col gap-1">
          {shown.slice(0, MOST).map((match) => <Result key={[...match.path, match.nodeId, match.field].join('/')} match={match} length={text.length} onGo={() => goTo(match)} onReplace={() => replace(match)} />)}
        </ul>
      </DialogContent>
    </Dialog>
  )
}

function Result({ match, length, onGo, onReplace }: { match: TextMatch; length: number; onGo: () => void; onReplace: () => void }) {
  const t = useTranslations('build')
  const at = match.at[0] ?? 0
  return (
    <li className="flex items-center gap-2 rounded-md border px-2 py-1">
      <button type="button" className="min-w-0 grow rounded-sm text-left hover:underline" onClick={onGo}>
        <span className="block truncate text-xs font-medium">{match.name} <span className="font-normal text-muted-foreground">{match.field === 'name' ? t('inName') : match.field}{match.at.length > 1 && ` · ${match.at.length}×`}{match.locked && ` · ${t('locked')}`}</span></span>
        <span className="block truncate font-mono text-2xs">{at > AROUND && '…'}{match.text.slice(Math.max(0, at - AROUND), at)}<mark className="bg-state-waiting-soft text-foreground">{match.text.slice(at, at + length)}</mark>{match.text.slice(at + length, at + length + AROUND * 3)}</span>
      </button>
      <Button size="sm" disabled={match.locked} aria-label={t('replaceIn', { name: match.name })} onClick={onReplace}>{t('replaceOne')}</Button>
    </li>
  )
}
