'use client'

import { useTranslations } from 'next-intl'
import type { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { useRefused } from '@/components/live/problem-words'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useRunView } from './run-context'
import { useSetSnapshotPolicy, useSnapshotPolicy } from './run-queries'

const MODES = ['every-step', 'every-n', 'critical', 'off'] as const

/** When runs of this run's workflow are kept by themselves. A workflow that was deleted has no coming runs. */
export function SnapshotPolicyForm() {
  const refused = useRefused()
  const t = useTranslations('run.snapshots')
  const workflowId = useRunView((view) => view.head.workflowId)
  const { data } = useSnapshotPolicy(workflowId)
  const set = useSetSnapshotPolicy(workflowId)
  if (!data) return null
  const change = (part: Partial<SnapshotPolicy>) => set.mutate({ ...data, ...part }, { onError: refused })
  return (
    <fieldset className="flex flex-col gap-1.5 border-t pt-2 text-xs">
      <legend className="sr-only">{t('policy')}</legend>
      <div className="flex items-center gap-2">
        <span aria-hidden className="grow text-muted-foreground">{t('policy')}</span>
        <Select aria-label={t('policy')} size="sm" className="w-44" value={data.mode} onValueChange={(mode) => change({ mode })} options={MODES.map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))} />
      </div>
      {data.mode === 'every-n' && <NumberRow label={t('steps')} value={data.steps} onCommit={(steps) => steps !== null && change({ steps })} />}
      {data.mode !== 'off' && <NumberRow label={t('keep')} value={data.keep} placeholder={t('all')} onCommit={(keep) => change({ keep })} />}
      <p className="text-2xs text-muted-foreground">{t('policyHint')}</p>
    </fieldset>
  )
}

function NumberRow({ label, value, placeholder, onCommit }: { label: string; value: number | null; placeholder?: string; onCommit: (value: number | null) => void }) {
  const commit = (text: string) => {
    const number = text.trim() === '' ? null : Number(text)
    if (number !== value && (number === null || (Number.isInteger(number) && number >= 1 && number <= 10_000))) onCommit(number)
  }
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden className="grow text-muted-foreground">{label}</span>
      <Input key={value} aria-label={label} type="number" min={1} max={10_000} defaultValue={value ?? ''} placeholder={placeholder} className="w-24" onBlur={(event) => commit(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && commit(event.currentTarget.value)} />
    </div>
  )
}
