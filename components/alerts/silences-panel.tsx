'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import type { SilenceBody } from '@/wire/alerts'
import { useRefused } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { useRules, useSilences, useUnsilence } from './alert-queries'
import { useAlertWords } from './alert-words'

/** What nobody is told of for now. Not there while there is none. */
export function SilencesPanel() {
  const t = useTranslations('alerts')
  const { data } = useSilences()
  if (!data || data.items.length === 0) return null
  return (
    <Panel title={t('silences')} flush>
      <ul aria-label={t('silences')}>{data.items.map((silence) => <Silence key={silence.id} silence={silence} />)}</ul>
    </Panel>
  )
}

function Silence({ silence: { id, ruleId, subject, comment, endsAt } }: { silence: SilenceBody }) {
  const refused = useRefused()
  const t = useTranslations('alerts')
  const locale = useLocale()
  const words = useAlertWords()
  const unsilence = useUnsilence()
  const rule = useRules().data?.items.find((one) => one.id === ruleId)
  const what = [ruleId === undefined ? t('allRules') : words.ruleName(ruleId, rule?.name ?? ruleId), ...(subject === undefined ? [] : [words.subject(subject)])].join(' · ')
  return (
    <li className="flex flex-wrap items-center gap-3 border-b px-3 py-2 text-sm last:border-0">
      <p className="min-w-48 grow"><span className="font-medium">{what}</span> <span className="text-muted-foreground">{t('until', { moment: formatMoment(Date.parse(endsAt), locale) })}{comment !== '' && ` · ${comment}`}</span></p>
      <Button size="sm" busy={unsilence.isPending} aria-label={t('endSilenceOf', { what })} onClick={() => unsilence.mutate(id, { onError: refused })}>{t('endSilence')}</Button>
    </li>
  )
}
