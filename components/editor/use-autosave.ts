'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent, useState } from 'react'
import { toast } from 'sonner'
import type { WorkflowBody } from '@/wire/workflows'
import { createAutosave } from './autosave'
import { keepDraft, keptDraft } from './browser-drafts'
import { saveWorkflow } from './editor-queries'
import { createEditorStore } from './editor-store'

/** The editor's store and its autosave, for as long as the editor is open. Both outlive a change of language. */
export function useAutosave(workflow: WorkflowBody) {
  const t = useTranslations('editor')
  const [opened] = useState(() => open(workflow))
  const { id, store, autosave } = opened
  const onRestored = useEffectEvent(() => toast.info(t('draftRestored')))
  useEffect(() => {
    const stop = autosave.start()
    // A crash, or a server that was away, left work in this browser: it goes on from there, and undo leads back.
    const draft = keptDraft(id)
    if (draft && autosave.resume(draft)) onRestored()
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
      stop()
    }
  }, [id, store, autosave])
  return opened
}

function open({ id, name, graph, revision }: WorkflowBody) {
  const store = createEditorStore({ name, graph, clock: () => Date.now() })
  const autosave = createAutosave({
    store, revision,
    save: (change) => saveWorkflow(id, change),
    keep: (draft) => keepDraft(id, draft),
    later: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  return { id, store, autosave }
}
