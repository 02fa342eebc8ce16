import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { EditorPage } from '@/components/editor/editor-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('editor'))('pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <EditorPage workflowId={decodeURIComponent((await params).id)} />
}
