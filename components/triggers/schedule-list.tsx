'use client'

import { CalendarClock, History, Pencil, Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ScheduleBody } from '@/wire/triggers'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { Skeleton } from '@/components/ui/skeleton'
import { Switch } from '@/components/ui/switch'
import { FireLine, FireList, useMomentIn } from './fire-list'
import { ScheduleForm } from './schedule-form'
import { useRemoveSchedule, useSaveSchedule, useSchedules } from './trigger-queries'

/** The schedules of a workflow; one of them, or a new one, in its form. */
export function ScheduleList({ workflowId }: { workflowId: string }) {
  const t = useTranslations('triggers.schedule')
  const { data, error, isPending, refetch } = useSchedules(workflowId)
  const [form, setForm] = useState<{ schedule?: ScheduleBody }>()
  if (form) return <ScheduleForm workflowId={workflowId} schedule={form.schedule} onDone={() => setForm(undefined)} />
  if (error) return <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
  if (isPending) return <Skeleton className="h-32" />
  const add = <Button variant="primary" onClick={() => setForm({})}><Plus aria-hidden /> {t('add')}</Button>
  if (data.length === 0) return <EmptyState icon={<CalendarClock />} title={t('none')} description={t('noneHint')} action={add} />
  return (
    <div className="flex flex-col gap-3">
      <div className="flex justify-end">{add}</div>
      <ul aria-label={t('list')} className="flex flex-col gap-3">
        {data.map((schedule) => <ScheduleItem key={schedule.id} workflowId={workflowId} schedule={schedule} onEdit={() => setForm({ schedule })} />)}
      </ul>
    </div>
  )
}

function ScheduleItem({ workflowId, schedule, onEdit }: { workflowId: string; schedule: ScheduleBody; onEdit: () => void }) {
  const refused = useRefused()
  const t = useTranslations('triggers.schedule')
  const common = useTranslations('common')
  const save = useSaveSchedule(workflowId)
  const remove = useRemoveSchedule(workflowId)
  const [history, setHistory] = useState(false)
  const moment = useMomentIn(schedule.timeZone)
  const [next] = schedule.nextFires
  return (
    <li className="rounded-lg border p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Switch aria-label={t('enabled', { name: schedule.name })} checked={schedule.enabled} disabled={save.isPending} onCheckedChange={(enabled) => save.mutate({ id: schedule.id, change: { enabled } }, { onError: refused })} />
        <h3 className="min-w-0 grow truncate text-sm font-medium">{schedule.name}</h3>
        {!schedule.enabled && <Badge>{t('off')}</Badge>}
        <IconButton size="sm" label={t('history', { name: schedule.name })} aria-expanded={history} onClick={() => setHistory(!history)}><History aria-hidden /></IconButton>
        <IconButton size="sm" label={t('edit', { name: schedule.name })} onClick={onEdit}><Pencil aria-hidden /></IconButton>
        <AlertDialog
          title={t('deleteTitle', { name: schedule.name })} description={t('deleteBody')} confirmLabel={common('delete')} cancelLabel={common('cancel')} onConfirm={() => remove.mutate(schedule.id, { onError: refused })}
          trigger={<Button aria-label={t('delete', { name: schedule.name })} size="sm" variant="ghost" className="size-7 px-0"><Trash2 aria-hidden /></Button>}
        />
      </div>
      <p className="mt-1.5 flex flex-wrap gap-x-3 text-xs text-muted-foreground"><code className="font-mono">{schedule.cron}</code><span>{schedule.timeZone}</span></p>
      {schedule.enabled && <p className="mt-1 text-xs tabular-nums">{next === undefined ? t('noNext') : t('next', { at: moment(Date.parse(next)) })}</p>}
      {schedule.lastFire && !history && <p className="mt-1 text-xs text-muted-foreground">{t('last')} <FireLine fire={schedule.lastFire} moment={moment} /></p>}
      {history && <FireList workflowId={workflowId} schedule={schedule} moment={moment} />}
    </li>
  )
}
