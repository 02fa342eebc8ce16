'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { toast } from 'sonner'
import type { WorkflowBody } from '@/wire/workflows'
import { createAutosave, type Autosave } from './autosave'
import { keepDraft, keptDraft } from './browser-drafts'
import { saveWorkflow } from './editor-queries'
import { createEditorStore } from './editor-store'

/** The editor's store and its autosave, for as long as the editor is open. */
export function useAutosave(workflow: WorkflowBody) {
  const t = useTranslations('editor')
  const [store] = useState(() => createEditorStore({ name: workflow.name, graph: workflow.graph, clock: () => Date.now() }))
  const current = useRef<Autosave>(null)
  const { id, revision } = workflow
  useEffect(() => {
    const autosave = createAutosave({
      store, revision,
      save: (change) => saveWorkflow(id, change),
      keep: (draft) => keepDraft(id, draft),
      later: (ms, run) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    })
    current.current = autosave
    // A crash, or a server that was away, left work in this browser: it goes on from there, and undo leads back.
    const draft = keptDraft(id)
    if (draft && draft.revision === revision) {
      store.rename(draft.name)
      store.edit({ do: 'replace', graph: draft.graph })
      toast.info(t('draftRestored'))
    } else if (draft) keepDraft(id, undefined)
    const flush = () => void autosave.flush().catch(() => undefined)
    const onHide = () => document.visibilityState === 'hidden' && flush()
    const onLeave = (event: BeforeUnloadEvent) => {
      if (store.view.getState().saving.kind === 'saved') return
      flush()
      event.preventDefault()
    }
    document.addEventListener('visibilitychange', onHide)
    window.addEventListener('beforeunload', onLeave)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      window.removeEventListener('beforeunload', onLeave)
      flush()
      autosave.stop()
    }
  }, [store, id, revision, t])
  return { store, autosave: () => current.current! }
}
