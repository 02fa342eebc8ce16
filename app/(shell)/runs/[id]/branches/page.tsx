import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { BranchesPage } from '@/components/runs/branches-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('run.branches'))('title') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <BranchesPage runId={decodeURIComponent((await params).id)} />
}
