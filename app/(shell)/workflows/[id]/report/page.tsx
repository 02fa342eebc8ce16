import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Suspense } from 'react'
import { ReportPage } from '@/components/workflows/report-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('report'))('pageTitle') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <Suspense><ReportPage workflowId={decodeURIComponent((await params).id)} /></Suspense>
}
