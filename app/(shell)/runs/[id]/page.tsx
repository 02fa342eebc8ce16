import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { preload } from 'react-dom'
import { runGraphPath, runLogPath } from '@/components/runs/run-paths'
import { RunPage } from '@/components/runs/run-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('run'))('pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const runId = decodeURIComponent((await params).id)
  // The log is on its way while the page's scripts are: a long one takes as long as they do.
  for (const path of [runLogPath(runId, 0), runGraphPath(runId)]) preload(path, { as: 'fetch', crossOrigin: 'anonymous' })
  return <RunPage runId={runId} />
}
