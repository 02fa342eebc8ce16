'use client'

import { useTranslations } from 'next-intl'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { NEWEST } from './schedule-draft'

/** Which version a trigger starts. */
export function VersionField({ versions, value, onChange, error }: { versions: readonly number[]; value: string; onChange: (version: string) => void; error?: string }) {
  const t = useTranslations('triggers')
  const options = [
    { value: NEWEST, label: t('version.newest') }, { value: 'draft', label: t('version.draft') },
    ...versions.toReversed().map((version) => ({ value: String(version), label: t('version.number', { version }) })),
  ]
  return <Field label={t('version.label')} {...(error !== undefined && { error })}>{(control) => <Select {...control} value={value} onValueChange={onChange} options={options} />}</Field>
}
