import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ComparePage } from '@/components/runs/compare-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('run.compare'))('title') }
}

export default async function Page({ params }: { params: Promise<{ id: string; otherId: string }> }) {
  const { id, otherId } = await params
  return <ComparePage runId={decodeURIComponent(id)} otherId={decodeURIComponent(otherId)} />
}
