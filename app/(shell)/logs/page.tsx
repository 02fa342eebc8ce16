import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { LogsPage } from '@/components/logs/logs-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('logs'))('title') }
}

export default function Page() {
  return <LogsPage />
}
