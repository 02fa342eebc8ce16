import { RETAINED_KINDS, RetentionPolicy, type RetainedKind } from '@/domain/retention/retention-policy'

export const RETENTION_FIELDS = {
  runs: ['runDays', 'runCount', 'runMegabytes'], logs: ['logDays', 'logCount', 'logMegabytes'], samples: ['sampleDays', 'sampleCount', 'sampleMegabytes'],
} as const satisfies Record<RetainedKind, readonly string[]>
export type RetentionField = (typeof RETENTION_FIELDS)[RetainedKind][number]
/** What stands in the fields; empty: no bound. */
export type RetentionForm = { on: boolean } & Record<RetentionField, string>

const BOUNDS = ['maxAgeDays', 'maxCount', 'maxMegabytes'] as const
const FIELDS = RETAINED_KINDS.flatMap((kind) => BOUNDS.map((bound, index) => ({ kind, bound, field: RETENTION_FIELDS[kind][index]! })))

export function formOfPolicy(policy: RetentionPolicy): RetentionForm {
  return { on: policy.on, ...fieldsOf(({ kind, bound }) => String(policy[kind][bound] ?? '')) }
}

function fieldsOf(text: (field: (typeof FIELDS)[number]) => string): Record<RetentionField, string> {
  return Object.fromEntries(FIELDS.map((field) => [field.field, text(field)])) as Record<RetentionField, string>
}

/** @returns undefined where a field is wrong: `wrongFields` says which */
export function policyOfForm(form: RetentionForm): RetentionPolicy | undefined {
  const boundOf = (text: string) => (text.trim() === '' ? null : Number(text))
  const bounds = (wanted: RetainedKind) => Object.fromEntries(FIELDS.filter(({ kind }) => kind === wanted).map(({ bound, field }) => [bound, boundOf(form[field])]))
  const parsed = RetentionPolicy.safeParse({ on: form.on, ...Object.fromEntries(RETAINED_KINDS.map((kind) => [kind, bounds(kind)])) })
  return parsed.success ? parsed.data : undefined
}

export function wrongFields(form: RetentionForm): RetentionField[] {
  const empty: RetentionForm = { on: form.on, ...fieldsOf(() => '') }
  return FIELDS.map(({ field }) => field).filter((field) => policyOfForm({ ...empty, [field]: form[field] }) === undefined)
}
