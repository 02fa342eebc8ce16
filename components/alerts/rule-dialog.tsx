'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import type { RuleBody } from '@/wire/alerts'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { useSaveRule } from './alert-queries'
import { DeliveryFields } from './delivery-fields'
import { PreviewPanel } from './preview-panel'
import { draftOf, fieldsOf, newFields, previewedOf, problemsOf, type RuleFields } from './rule-fields'
import { RuleForm } from './rule-form'

/** What is typed is previewed once the hand rests. */
const REST_MS = 300

/** One rule, and what it would have said over the last hours. */
export function RuleDialog({ rule, onClose }: { rule: RuleBody | undefined; onClose: () => void }) {
  const t = useTranslations('alerts')
  const common = useTranslations('common')
  const save = useSaveRule()
  const [fields, setFields] = useState<RuleFields>(() => (rule ? fieldsOf(rule) : newFields))
  const [asked, setAsked] = useState(false)
  const rested = useRested(fields)
  const problems = problemsOf(fields)
  const send = () => {
    setAsked(true)
    if (problems.size === 0) save.mutate({ id: rule?.id, draft: draftOf(fields) }, { onSuccess: onClose })
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        size="xl" title={rule ? t('form.edit') : t('form.new')} description={t('form.description')} closeLabel={common('close')} className="grid content-start gap-4 lg:grid-cols-2"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" busy={save.isPending} onClick={send}>{common('save')}</Button></>}
      >
        <div className="flex min-w-0 flex-col gap-3">
          <RuleForm fields={fields} problems={asked ? problems : withoutMissing(problems, fields)} onChange={setFields} />
          <DeliveryFields ruleId={rule?.id} fields={fields} problems={problems} onChange={setFields} />
          {asked && problems.size > 0 && <p role="alert" className="text-sm text-destructive">{t('form.mend')}</p>}
          {save.error && <ProblemNotice problem={asProblem(save.error)} />}
        </div>
        <PreviewPanel rule={previewedOf(rested)} />
      </DialogContent>
    </Dialog>
  )
}

/** A name not written yet is no mistake until one wants to save. */
function withoutMissing(problems: ReadonlySet<string>, { name }: RuleFields): ReadonlySet<string> {
  return new Set([...problems].filter((path) => path !== 'name' || name !== ''))
}

function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
