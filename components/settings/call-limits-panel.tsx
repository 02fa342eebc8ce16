'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import type { CallLimits } from '@/domain/rate/call-limits'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { formOfLimits, limitsOfForm } from './call-limits-form'
import { useCallLimits, useSetCallLimits } from './call-limits-queries'
import { LineFields } from './line-fields'
import { useServedModels } from './served-models'

/** How much the router takes of a model, and from an API key. */
export function CallLimitsPanel() {
  const t = useTranslations('settings.limits')
  const { data, error, isPending, refetch } = useCallLimits()
  return (
    <Panel title={t('title')} description={t('description')}>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-32" />}
      {data && <CallLimitFields limits={data} />}
    </Panel>
  )
}

function CallLimitFields({ limits }: { limits: CallLimits }) {
  const refused = useRefused()
  const t = useTranslations('settings.limits')
  const common = useTranslations('common')
  const models = useServedModels()
  const [form, setForm] = useState(() => formOfLimits(limits))
  const save = useSetCallLimits()
  const { limits: wanted, wrong } = limitsOfForm(form)
  const store = () => wanted && save.mutate(wanted, { onSuccess: () => toast.success(t('saved')), onError: refused })
  return (
    <form className="flex flex-col gap-4" onSubmit={(event) => (event.preventDefault(), store())}>
      {(['models', 'keys'] as const).map((table) => (
        <fieldset key={table} className="flex min-w-0 flex-col gap-1.5">
          <legend className="mb-1 text-xs font-medium">{t(table)}</legend>
          <p className="text-xs text-muted-foreground">{t(`${table}Hint`)}</p>
          <LineFields
            label={t(table)} lines={form[table]} wrong={wrong[table]} onChange={(lines) => setForm({ ...form, [table]: lines })}
            words={{ add: t(`${table}Add`), none: t('none'), remove: (name) => t('remove', { name }) }}
            columns={[{ label: t(`${table}Name`), placeholder: '*', suggestions: table === 'models' ? ['*', ...models] : ['*', 'no-key'] }, { label: t('requests'), numeric: true, placeholder: t('unbounded') }, { label: t('tokens'), numeric: true, placeholder: t('unbounded') }]}
          />
          {wrong[table].size > 0 && <p role="alert" className="text-xs text-destructive">{t(`${table}Wrong`)}</p>}
        </fieldset>
      ))}
      <div className="flex justify-end"><Button type="submit" variant="primary" busy={save.isPending} disabled={!wanted || JSON.stringify(wanted) === JSON.stringify(limits)}>{common('save')}</Button></div>
    </form>
  )
}
