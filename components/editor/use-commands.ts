'use client'

import { AlignHorizontalSpaceBetween, AlignStartVertical, BoxSelect, Cable, ClipboardCopy, ClipboardPaste, CodeXml, Copy, CornerLeftUp, Download, Eraser, FlaskConical, Frame, History, LayoutGrid, List, Maximize, Play, Redo2, Replace, ReplaceAll, Save, ListPlus, Lock, PowerOff, SquareX, Trash2, TriangleAlert, Undo2, Ungroup, Upload, ZoomIn, type LucideIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { TrialReach } from '@/domain/run/trial'
import { ALIGNMENTS, type Alignment } from '@/domain/graph/align-nodes'
import { toast } from 'sonner'
import { useEditorStore, useEditorView, useLevelIssues } from './editor-context'
import { issueText } from '@/components/graph/issue-text'
import type { Share } from './share-menu'
import { useBuild } from './use-build'
import { useGoTo } from './use-go-to'
import { useZoom } from './use-zoom'

/** What can be done with the workflow or the selection, now; what cannot is left out. */
type EditorCommand = { id: string; title: string; icon: LucideIcon; shortcut?: string; run: () => void }

export type CommandActions = { run: () => void; tryPart: (nodeId: string, reach: TrialReach) => void; publish: () => void; versions: () => void; save: () => void; share: (what: Share) => void; arrange: () => void; selectAll: () => void; duplicate: () => void; copy: () => void; paste: () => void; replaceText: () => void; remove: () => void; heal: () => void; align: (how: Alignment) => void; distribute: (axis: 'x' | 'y') => void }

export function useCommands(actions: CommandActions): EditorCommand[] {
  const t = useTranslations('editor')
  const build = useTranslations('build')
  const lastRun = useTranslations('lastRun')
  const exchange = useTranslations('exchange')
  const { askNext, askReplace, group, ungroup, toggleLock, toggleDisabled, askConnect, switchView } = useBuild()
  const store = useEditorStore()
  const zoom = useZoom()
  const past = useEditorView((view) => view.past.length > 0)
  const future = useEditorView((view) => view.future.length > 0)
  const depth = useEditorView((view) => view.path.length)
  const { nodes, edges } = useEditorView((view) => view.selected)
  const validate = useValidate()
  const any = nodes.length + edges.length > 0
  const offered: (EditorCommand & { when?: boolean })[] = [
    { id: 'run', title: t('runButton'), icon: Play, shortcut: 'Ctrl+Enter', run: actions.run },
    ...TrialReach.options.map((reach) => ({ id: `try-${reach}`, title: lastRun(`try.${reach}`), icon: FlaskConical, run: () => actions.tryPart(nodes[0]!, reach), when: nodes.length === 1 })),
    { id: 'validate', title: t('command.validate'), icon: TriangleAlert, run: validate },
    { id: 'publish', title: t('publish'), icon: Upload, run: actions.publish },
    { id: 'versions', title: t('versions'), icon: History, run: actions.versions },
    { id: 'code', title: exchange('code'), icon: CodeXml, run: () => actions.share('code') },
    { id: 'export', title: exchange('export'), icon: Download, run: () => actions.share('export') },
    { id: 'save', title: t('command.save'), icon: Save, shortcut: 'Ctrl+S', run: actions.save },
    { id: 'undo', title: t('undo'), icon: Undo2, shortcut: 'Ctrl+Z', run: store.undo, when: past },
    { id: 'redo', title: t('redo'), icon: Redo2, shortcut: 'Ctrl+Shift+Z', run: store.redo, when: future },
    { id: 'arrange', title: nodes.length > 1 ? build('tidySelection') : t('command.arrange'), icon: LayoutGrid, shortcut: 'T', run: actions.arrange },
    { id: 'fit', title: t('command.fit'), icon: Maximize, shortcut: '1', run: zoom.all },
    { id: 'fit-selection', title: t('command.fitSelection'), icon: ZoomIn, shortcut: '2', run: zoom.selection, when: nodes.length > 0 },
    { id: 'select-all', title: t('command.selectAll'), icon: BoxSelect, shortcut: 'Ctrl+A', run: actions.selectAll },
    { id: 'deselect', title: t('command.deselect'), icon: SquareX, shortcut: 'Esc', run: () => store.select([]), when: any },
    { id: 'duplicate', title: t('duplicate'), icon: Copy, shortcut: 'Ctrl+D', run: actions.duplicate, when: nodes.length > 0 },
    { id: 'copy', title: build('copy'), icon: ClipboardCopy, shortcut: 'Ctrl+C', run: actions.copy, when: nodes.length > 0 },
    { id: 'paste', title: build('paste'), icon: ClipboardPaste, shortcut: 'Ctrl+V', run: actions.paste },
    { id: 'find', title: build('find'), icon: ReplaceAll, shortcut: 'Ctrl+H', run: actions.replaceText },
    { id: 'delete', title: t('delete'), icon: Trash2, shortcut: 'Del', run: actions.remove, when: any },
    { id: 'heal', title: build('removeHealing'), icon: Eraser, shortcut: 'Shift+Del', run: actions.heal, when: nodes.length > 0 },
    { id: 'next', title: build('addNext'), icon: ListPlus, shortcut: 'N', run: askNext, when: nodes.length === 1 || edges.length === 1 },
    { id: 'connect', title: build('connectOut'), icon: Cable, shortcut: 'C', run: () => askConnect('out'), when: nodes.length === 1 },
    { id: 'connect-into', title: build('connectInto'), icon: Cable, shortcut: 'Shift+C', run: () => askConnect('into'), when: nodes.length === 1 },
    { id: 'view', title: build('switchView'), icon: List, shortcut: 'V', run: switchView },
    { id: 'replace', title: build('replace'), icon: Replace, shortcut: 'R', run: askReplace, when: nodes.length === 1 },
    { id: 'group', title: build('group'), icon: Frame, shortcut: 'Ctrl+G', run: group, when: nodes.length > 0 },
    { id: 'ungroup', title: build('ungroup'), icon: Ungroup, shortcut: 'Ctrl+Shift+G', run: ungroup, when: nodes.length > 0 },
    { id: 'lock', title: build('lockOrUnlock'), icon: Lock, shortcut: 'L', run: toggleLock, when: nodes.length > 0 },
    { id: 'disable', title: build('disableOrEnable'), icon: PowerOff, shortcut: 'D', run: toggleDisabled, when: nodes.length > 0 },
    ...ALIGNMENTS.map((how) => ({ id: `align-${how}`, title: build(`align.${how}`), icon: AlignStartVertical, run: () => actions.align(how), when: nodes.length > 1 })),
    ...(['x', 'y'] as const).map((axis) => ({ id: `distribute-${axis}`, title: build(`distribute.${axis}`), icon: AlignHorizontalSpaceBetween, run: () => actions.distribute(axis), when: nodes.length > 2 })),
    { id: 'leave', title: t('command.leave'), icon: CornerLeftUp, run: () => store.leave(depth - 1), when: depth > 0 },
  ]
  return offered.filter(({ when }) => when !== false)
}

/** Goes to the first problem and says it, or says that there is none. */
function useValidate(): () => void {
  const t = useTranslations('editor')
  const { toIssue } = useGoTo()
  const issues = useLevelIssues()
  return () => {
    const [first] = issues
    if (!first) return void toast.success(t('noIssues'))
    toast.error(t('issues', { count: issues.length }), { description: issueText(first, t) })
    toIssue(first)
  }
}
