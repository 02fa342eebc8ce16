import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { WorkflowsPage } from '@/components/workflows/workflows-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('workflows'))('title') }
}

export default function Page() {
  return <WorkflowsPage />
}
