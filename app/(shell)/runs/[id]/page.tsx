import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { RunPage } from '@/components/runs/run-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('run'))('pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <RunPage runId={decodeURIComponent((await params).id)} />
}
