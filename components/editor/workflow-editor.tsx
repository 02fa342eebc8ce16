'use client'

import { ReactFlowProvider } from '@xyflow/react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useRef, useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import type { Json } from '@/domain/json'
import type { WorkflowBody } from '@/wire/workflows'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Spinner } from '@/components/ui/spinner'
import { Announcer } from './announcer'
import { keepInput, keptInput } from './browser-drafts'
import { CommandPalette } from './command-palette'
import { ConflictDialog } from './conflict-dialog'
import { EditorBar } from './editor-bar'
import { EditorCanvas } from './editor-canvas'
import { DeskContext, EditorContext, useDeskView, useEditorStore, useEditorView, WorkflowIdContext } from './editor-context'
import { createEditorDesk } from './editor-desk'
import type { EditJournal } from './edit-journal'
import { usePublish, useStartRun } from './editor-queries'
import { PasteDialog } from './paste-dialog'
import { PauseControl } from './pause-control'
import { FindDialog } from './find-dialog'
import { GraphList } from './graph-list'
import { RunDialog } from './forms/run-dialog'
import { LastRunContext, useLastRunStore } from './last-run/last-run-context'
import { useKeepLastRun, useOpenLastRun, useTry } from './last-run/use-last-run'
import { LevelPath } from './level-path'
import { Palette } from './palette'
import { PublishDialog } from './publish-dialog'
import { QuickAdd } from './quick-add'
import { SaidSizes } from './said-sizes'
import { ShareDialog, type Share } from './share-menu'
import { SidePanel } from './side-panel'
import { useAddress } from './use-address'
import { useArrange } from './use-arrange'
import { useBuild } from './use-build'
import type { CommandActions } from './use-commands'
import { useEditorKeys } from './use-editor-keys'
import { useRestore } from './use-restore'
import { useSession, type Session } from './use-session'

/** The editor of one workflow, which has been loaded. */
export function WorkflowEditor({ workflow, journal, tools }: { workflow: WorkflowBody; journal: Promise<EditJournal>; tools: ReactNode }) {
  const common = useTranslations('common')
  const { session, problem, retry } = useSession(workflow, journal)
  const [desk] = useState(createEditorDesk)
  const lastRun = useOpenLastRun()
  if (problem && !session) return <div className="p-4"><ProblemNotice problem={problem} onRetry={retry} /></div>
  if (!session) return <div className="flex h-full items-center justify-center"><Spinner label={common('loading')} /></div>
  return (
    <EditorContext value={session.store}>
      <WorkflowIdContext value={workflow.id}>
        <DeskContext value={desk}>
          <LastRunContext value={lastRun}>
            <ReactFlowProvider><SaidSizes><Board workflow={workflow} autosave={session.autosave} tools={tools} /></SaidSizes></ReactFlowProvider>
          </LastRunContext>
        </DeskContext>
      </WorkflowIdContext>
    </EditorContext>
  )
}

function Board({ workflow: { id, paused }, autosave, tools }: { workflow: WorkflowBody; autosave: Session['autosave']; tools: ReactNode }) {
  const refused = useRefused()
  const t = useTranslations('editor')
  const store = useEditorStore()
  const router = useRouter()
  const search = useRef<HTMLInputElement>(null)
  const [asking, ask] = useState<{ input: Json }>()
  const [publishing, setPublishing] = useState(false)
  const [commanding, setCommanding] = useState(false)
  const [pasting, setPasting] = useState(false)
  const [finding, setFinding] = useState(false)
  const [sharing, setSharing] = useState<Share>()
  const shows = useDeskView((view) => view.shows)
  const root = useEditorView((view) => view.root)
  const publish = usePublish(id)
  const start = useStartRun(id)
  const { add: addNode } = useBuild()
  const arranging = useArrange()
  const lastRun = useLastRunStore()
  useKeepLastRun(id, lastRun)
  useAddress()
  const onTry = useTry(id, lastRun, autosave.flush)
  const onSave = () => void autosave.flush().catch(refused)
  const onAsk = () => {
    const kept = keptInput(id)
    void (kept === undefined ? exampleFor(store.view.getState().root) : Promise.resolve(kept)).then((input) => ask({ input }))
  }
  const actions = useEditorKeys({ onRun: onAsk, onFind: () => search.current?.focus(), onSave, onPalette: () => setCommanding(true), onTidy: arranging.tidy, onReplaceText: () => setFinding(true) })

  const onRun = (input: Json, priority: number) => {
    keepInput(id, input)
    // The run works on what the server has: it must have what is on the canvas.
    autosave.flush().then(() => start.mutate({ input, priority }, { onSuccess: (run) => router.push(`/runs/${run.id}`) }), refused)
  }
  useRestore(id, refused)
  const onPublish = (note: string) =>
    void autosave.flush().then(() => publish.mutate(note, { onSuccess: ({ version }) => (setPublishing(false), toast.success(t('published', { version }))) }), refused)
  const onAskPublish = () => (publish.reset(), setPublishing(true))
  // The page of versions compares what the server has.
  const onVersions = () => void autosave.flush().then(() => router.push(`/workflows/${id}/versions`), refused)
  const offered: CommandActions = { run: onAsk, tryPart: onTry, publish: onAskPublish, versions: onVersions, save: onSave, share: setSharing, arrange: arranging.tidy, paste: () => setPasting(true), replaceText: () => setFinding(true), ...arranging, ...actions }

  return (
    <div className="flex h-full flex-col">
      <EditorBar palette={<Palette onAdd={addNode} />} tools={<>{tools}<PauseControl workflowId={id} initial={paused} /></>} onArrange={arranging.tidy} onCommands={() => setCommanding(true)} onVersions={onVersions} onShare={setSharing} onPublish={onAskPublish} onRun={onAsk} publishing={publish.isPending} />
      <LevelPath />
      <div className="relative flex min-h-0 grow">
        <div className="hidden w-56 shrink-0 border-r md:block"><Palette searchRef={search} onAdd={addNode} /></div>
        <div className="min-w-0 grow">{shows === 'list' ? <GraphList /> : <EditorCanvas />}</div>
        <SidePanel workflowId={id} onTry={onTry} arranging={arranging} onDuplicate={actions.duplicate} onDelete={actions.remove} />
      </div>
      <QuickAdd />
      <Announcer />
      {commanding && <CommandPalette workflowId={id} offered={offered} onAdd={addNode} onClose={() => setCommanding(false)} />}
      {finding && <FindDialog onClose={() => setFinding(false)} />}
      {sharing && <ShareDialog what={sharing} onClose={() => setSharing(undefined)} />}
      {pasting && <PasteDialog onClose={() => setPasting(false)} />}
      {asking && <RunDialog graph={root} initialInput={asking.input} busy={start.isPending} problem={start.error ? asProblem(start.error) : undefined} onRun={onRun} onClose={() => ask(undefined)} />}
      {publishing && <PublishDialog busy={publish.isPending} problem={publish.error ? asProblem(publish.error) : undefined} onPublish={onPublish} onClose={() => setPublishing(false)} />}
      <ConflictDialog />
    </div>
  )
}

/** A workflow made from a template starts with the template's example. Templates are read when somebody wants to run: reading them takes a moment from every opening. */
async function exampleFor(root: WorkflowBody['graph']): Promise<Json> {
  const input = JSON.stringify(root.nodes.find((node) => node.type === 'input')?.config.schema ?? null)
  const templates = await import('@/domain/template/all-templates').then(({ allTemplates }) => allTemplates, () => [])
  return templates.find(({ graph }) => JSON.stringify(graph.nodes.find((node) => node.type === 'input')?.config.schema ?? null) === input && graph.nodes.every((node) => root.nodes.some((one) => one.id === node.id)))?.exampleInput ?? {}
}
