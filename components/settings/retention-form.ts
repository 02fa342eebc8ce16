import { RetentionPolicy } from '@/domain/retention/retention-policy'

/** What stands in the fields; empty: no bound. */
export type RetentionForm = { on: boolean; runDays: string; runCount: string; logDays: string; logCount: string }
export type RetentionField = Exclude<keyof RetentionForm, 'on'>

export function formOfPolicy({ on, runs, logs }: RetentionPolicy): RetentionForm {
  const text = (bound: number | null) => (bound === null ? '' : String(bound))
  return { on, runDays: text(runs.maxAgeDays), runCount: text(runs.maxCount), logDays: text(logs.maxAgeDays), logCount: text(logs.maxCount) }
}

/** @returns undefined where a field is wrong: `wrongFields` says which */
export function policyOfForm(form: RetentionForm): RetentionPolicy | undefined {
  const bound = (text: string) => (text.trim() === '' ? null : Number(text))
  const parsed = RetentionPolicy.safeParse({ on: form.on, runs: { maxAgeDays: bound(form.runDays), maxCount: bound(form.runCount) }, logs: { maxAgeDays: bound(form.logDays), maxCount: bound(form.logCount) } })
  return parsed.success ? parsed.data : undefined
}

export function wrongFields(form: RetentionForm): RetentionField[] {
  const alone: RetentionForm = { on: form.on, runDays: '', runCount: '', logDays: '', logCount: '' }
  return (['runDays', 'runCount', 'logDays', 'logCount'] as const).filter((field) => policyOfForm({ ...alone, [field]: form[field] }) === undefined)
}
