'use client'

import { Bookmark, Trash2 } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { formatClock } from '@/domain/metric/figures'
import { asProblem } from '@/components/live/problem-error'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { useRunId, useRunStore, useRunView } from './run-context'
import { useRemoveSnapshot, useSaveSnapshot, useSnapshots } from './run-queries'

/** Moments that are kept: after each step by themselves, and under a name by people. */
export function SnapshotsMenu() {
  const t = useTranslations('run.snapshots')
  return (
    <Popover>
      <PopoverTrigger asChild><Button size="sm"><Bookmark aria-hidden className="size-3.5" /> {t('title')}</Button></PopoverTrigger>
      <PopoverContent label={t('title')} align="end" className="w-80"><SnapshotList /></PopoverContent>
    </Popover>
  )
}

function SnapshotList() {
  const t = useTranslations('run.snapshots')
  const locale = useLocale()
  const runId = useRunId()
  const store = useRunStore()
  const { data, isPending } = useSnapshots(runId)
  const remove = useRemoveSnapshot(runId)
  return (
    <div className="flex flex-col gap-2">
      <SaveForm />
      {isPending && <p className="text-xs text-muted-foreground">{t('loading')}</p>}
      {data?.items.length === 0 && <p className="text-xs text-muted-foreground">{t('none')}</p>}
      <ul className="max-h-64 overflow-y-auto">
        {data?.items.map((snapshot) => (
          <li key={snapshot.id} className="flex items-center gap-1 border-b last:border-0">
            <button type="button" className="flex min-w-0 grow items-center gap-2 rounded-sm px-1 py-1 text-left text-xs hover:bg-accent" onClick={() => store.showSeq(snapshot.seq)}>
              <span className="min-w-0 grow truncate">{snapshot.name ?? t('automatic', { seq: snapshot.seq })}</span>
              <span className="shrink-0 text-2xs text-muted-foreground tabular-nums">{formatClock(Date.parse(snapshot.createdAt), locale)}</span>
            </button>
            <IconButton size="sm" label={t('remove', { name: snapshot.name ?? t('automatic', { seq: snapshot.seq }) })} onClick={() => remove.mutate(snapshot.id, { onError: (error) => toast.error(asProblem(error).message) })}><Trash2 aria-hidden /></IconButton>
          </li>
        ))}
      </ul>
    </div>
  )
}

function SaveForm() {
  const t = useTranslations('run.snapshots')
  const [name, setName] = useState('')
  const save = useSaveSnapshot(useRunId())
  const seq = useRunView((view) => view.shown.seq)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    save.mutate({ name: name.trim(), seq }, { onSuccess: () => setName(''), onError: (error) => toast.error(asProblem(error).message, { description: asProblem(error).hint }) })
  }
  return (
    <form onSubmit={submit} className="flex gap-1">
      <Input aria-label={t('name')} placeholder={t('name')} value={name} onChange={(event) => setName(event.target.value)} maxLength={120} />
      <Button type="submit" variant="primary" busy={save.isPending} disabled={name.trim() === ''}>{t('save')}</Button>
    </form>
  )
}
