import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { WorkflowsPage } from '@/components/workflows/workflows-page'
import { appContext, localActor } from '@/server/boot/app-context'

/** What comes first depends on what is stored. */
export const dynamic = 'force-dynamic'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('workflows'))('title') }
}

export default async function Page() {
  const { items } = await appContext().useCases.workflows.list(localActor, { limit: 1 })
  return <WorkflowsPage begun={items.length > 0} />
}
