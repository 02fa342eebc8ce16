'use client'

import { History, LayoutGrid, List, Play, Plus, Redo2, Search, Undo2, Upload, Workflow } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { Separator } from '@/components/ui/separator'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { useDesk, useDeskView, useEditorStore, useEditorView } from './editor-context'
import { IssuesMenu } from './issues-menu'
import { SaveLabel } from './save-label'
import { ShareMenu, type Share } from './share-menu'

/** Name, state and what can be done with the whole workflow. */
export function EditorBar({ palette, tools, onArrange, onCommands, onVersions, onShare, onPublish, onRun, publishing }: { /** The list of nodes, for where there is no room beside the canvas. */ palette: ReactNode; tools: ReactNode; onArrange: () => void; onCommands: () => void; onVersions: () => void; onShare: (what: Share) => void; onPublish: () => void; onRun: () => void; publishing: boolean }) {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const canUndo = useEditorView((view) => view.past.length > 0)
  const canRedo = useEditorView((view) => view.future.length > 0)
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-1.5 border-b bg-card px-3 py-1">
      {/* One line, whatever they say: a bar that grew with them would push the canvas about. */}
      <div className="flex min-w-0 grow basis-60 items-center gap-1.5">
        <NameField />
        <SaveLabel />
      </div>
      <div className="ml-auto flex flex-wrap items-center gap-1">
        <Popover>
          <PopoverTrigger asChild><Button className="md:hidden"><Plus aria-hidden /> {t('addNode')}</Button></PopoverTrigger>
          <PopoverContent label={t('palette')} className="h-96 p-0">{palette}</PopoverContent>
        </Popover>
        <ViewSwitch />
        <IconButton label={t('command.title')} shortcut="Ctrl+K" onClick={onCommands}><Search aria-hidden /></IconButton>
        <IconButton label={t('undo')} shortcut="Ctrl+Z" disabled={!canUndo} onClick={store.undo}><Undo2 aria-hidden /></IconButton>
        <IconButton label={t('redo')} shortcut="Ctrl+Shift+Z" disabled={!canRedo} onClick={store.redo}><Redo2 aria-hidden /></IconButton>
        <IconButton label={t('arrange')} onClick={onArrange}><LayoutGrid aria-hidden /></IconButton>
        <IconButton label={t('versions')} onClick={onVersions}><History aria-hidden /></IconButton>
        <Separator vertical className="mx-1 h-5 max-sm:hidden" />
        <IssuesMenu />
        {tools}
        <ShareMenu onShare={onShare} />
        <Button busy={publishing} onClick={onPublish}><Upload aria-hidden /> <span className="max-sm:sr-only">{t('publish')}</span></Button>
        <Button variant="primary" onClick={onRun}><Play aria-hidden /> {t('runButton')}</Button>
      </div>
    </header>
  )
}

function ViewSwitch() {
  const t = useTranslations('build')
  const desk = useDesk()
  const shows = useDeskView((view) => view.shows)
  return <SegmentedControl label={t('view')} iconOnly value={shows} onValueChange={desk.show} segments={[{ value: 'canvas', label: t('asCanvas'), icon: <Workflow aria-hidden /> }, { value: 'list', label: t('asList'), icon: <List aria-hidden /> }]} />
}

/** The workflow's name, taken when the field is left or Enter is pressed; Escape keeps the old one. */
function NameField() {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const name = useEditorView((view) => view.name)
  const [draft, setDraft] = useState<string>()
  const take = () => {
    if (draft !== undefined && draft.trim() !== '') store.rename(draft.trim())
    setDraft(undefined)
  }
  return (
    <h1 className="min-w-0 max-w-80">
      <input
        aria-label={t('name')} value={draft ?? name} maxLength={120} size={Math.max(12, (draft ?? name).length)}
        className="max-w-full text-ellipsis rounded-md border border-transparent bg-transparent px-1.5 py-0.5 text-base font-semibold hover:border-border focus:border-input"
        onChange={(event) => setDraft(event.target.value)} onBlur={take}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setDraft(undefined)
        }}
      />
    </h1>
  )
}
