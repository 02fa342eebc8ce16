import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ViewPage } from '@/components/versions/view-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('versions'))('view.pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ViewPage workflowId={decodeURIComponent((await params).id)} />
}
