import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Suspense } from 'react'
import { MetricsPage } from '@/components/metrics/metrics-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('metrics'))('title') }
}

export default function Page() {
  return <Suspense><MetricsPage /></Suspense>
}
