'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent } from 'react'
import { toast } from 'sonner'
import { useEditorStore } from './editor-context'
import { fetchVersion } from './editor-queries'

/** `?restore=3` puts version 3 into the draft, as one edit that undo takes back. The address forgets it at once: a reload restores nothing. */
export function useRestore(workflowId: string, refused: (error: unknown) => void): void {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const router = useRouter()
  const path = usePathname()
  const version = useSearchParams().get('restore')
  const restore = useEffectEvent((wanted: string) => {
    fetchVersion(workflowId, wanted).then(({ graph }) => {
      store.leave(0)
      store.edit({ do: 'replace', graph })
      toast.success(t('restored', { version: wanted }))
    }, refused)
    router.replace(path)
  })
  useEffect(() => {
    if (version !== null) restore(version)
  }, [version])
}
