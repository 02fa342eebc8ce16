import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { HealthHistoryPanel } from '@/components/settings/health-history-panel'
import { HostPanel } from '@/components/settings/host-panel'
import { ProfilerPanel } from '@/components/settings/profiler-panel'
import { Page } from '@/components/ui/page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('server'))('title') }
}

export default async function ServerPage() {
  const t = await getTranslations('server')
  return <Page title={t('title')} description={t('description')}><HostPanel /><HealthHistoryPanel /><ProfilerPanel /></Page>
}
