import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { preload } from 'react-dom'
import { EditorPage } from '@/components/editor/editor-page'
import { TriggersButton } from '@/components/triggers/triggers-button'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('editor'))('pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id)
  // Asked for while the scripts are read: the editor's own asking takes this answer.
  preload(`/api/workflows/${encodeURIComponent(id)}`, { as: 'fetch', crossOrigin: 'anonymous' })
  return <EditorPage workflowId={id} tools={<TriggersButton workflowId={id} />} />
}
