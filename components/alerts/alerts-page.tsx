'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import type { RuleBody } from '@/wire/alerts'
import { isFiring, useOpenAlerts } from '@/components/live/use-open-alerts'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Page } from '@/components/ui/page'
import { useRefreshAlerts } from './alert-queries'
import { HistoryPanel } from './history-panel'
import { OpenAlertsPanel } from './open-alerts-panel'
import { RuleDialog } from './rule-dialog'
import { RulesPanel } from './rules-panel'
import { SilencesPanel } from './silences-panel'

/** What fires, the rules that say so, and what has fired. */
export function AlertsPage() {
  const t = useTranslations('alerts')
  const open = useOpenAlerts()
  const [edited, setEdited] = useState<RuleBody | 'new'>()
  const firing = open?.filter(isFiring).length
  useListsFollow(open)
  return (
    <Page
      title={t('title')} description={t('description')}
      actions={<>{firing !== undefined && <Badge role="status" tone={firing > 0 ? 'danger' : 'success'} dot>{t('firing', { count: firing })}</Badge>}<Button variant="primary" onClick={() => setEdited('new')}><Plus aria-hidden /> {t('newRule')}</Button></>}
    >
      <OpenAlertsPanel open={open} />
      <SilencesPanel />
      <RulesPanel open={open ?? []} onEdit={setEdited} />
      <HistoryPanel />
      {edited !== undefined && <RuleDialog key={edited === 'new' ? 'new' : edited.id} rule={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </Page>
  )
}

/** Each look of the server may have written history or tried a delivery: the lists read again. */
function useListsFollow(open: unknown): void {
  const refresh = useRef(useRefreshAlerts())
  useEffect(() => {
    if (open !== undefined) refresh.current()
  }, [open])
}
