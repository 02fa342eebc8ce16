'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { casePath } from '@/domain/alert/alert-notice'
import type { AlertBody } from '@/wire/alerts'

/** To the run that shows why an alert fires, at the step to look at. */
export function CaseLink({ example }: { example: NonNullable<AlertBody['example']> }) {
  const t = useTranslations('alerts')
  return <Link href={casePath(example)} title={example.runId} className="text-xs font-medium text-brand underline underline-offset-2 hover:no-underline">{t('toCase')}</Link>
}
