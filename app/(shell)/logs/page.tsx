import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Suspense } from 'react'
import { LogsPage } from '@/components/logs/logs-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('logs'))('title') }
}

export default function Page() {
  return <Suspense><LogsPage /></Suspense>
}
