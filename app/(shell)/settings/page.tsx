import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { CallLimitsPanel } from '@/components/settings/call-limits-panel'
import { RetentionPanel } from '@/components/settings/retention-panel'
import { TokenPricesPanel } from '@/components/settings/token-prices-panel'
import { ModelServersPanel, ServerPanel } from '@/components/settings/server-panels'
import { LanguageChoice, ThemeChoice } from '@/components/shell/preferences'
import { Panel } from '@/components/ui/card'
import { Page } from '@/components/ui/page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('settings'))('title') }
}

export default async function SettingsPage() {
  const t = await getTranslations('settings')
  return (
    <Page title={t('title')} description={t('description')} width="narrow">
      <Panel title={t('appearance.title')} description={t('appearance.description')}>
        <div className="flex flex-wrap gap-3"><ThemeChoice /><LanguageChoice /></div>
      </Panel>
      <ServerPanel />
      <ModelServersPanel />
      <CallLimitsPanel />
      <TokenPricesPanel />
      <RetentionPanel />
    </Page>
  )
}
