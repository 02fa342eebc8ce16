import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { VersionsPage } from '@/components/versions/versions-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('versions'))('pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <VersionsPage workflowId={decodeURIComponent((await params).id)} />
}
