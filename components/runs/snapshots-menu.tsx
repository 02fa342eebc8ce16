'use client'

import { ArrowRight, Bookmark, CirclePlay, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { formatClock } from '@/domain/metric/figures'
import type { SnapshotBody } from '@/wire/runs'
import { asProblem } from '@/components/live/problem-error'
import { sentencesOf, useProblemWords, useRefused } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { useRunId, useRunStore, useRunView } from './run-context'
import { useLoadSnapshot, useRemoveSnapshot, useResumeSnapshot, useSaveSnapshot, useSnapshotDiff, useSnapshots } from './run-queries'
import { SnapshotPolicyForm } from './snapshot-policy-form'
import { StatusBadge } from './status-badge'

/** Moments that are kept: after each step by themselves, and under a name by people. */
export function SnapshotsMenu() {
  const t = useTranslations('run.snapshots')
  return (
    <Popover>
      <PopoverTrigger asChild><Button size="sm"><Bookmark aria-hidden className="size-3.5" /> {t('title')}</Button></PopoverTrigger>
      <PopoverContent label={t('title')} align="end" className="w-96"><SnapshotList /></PopoverContent>
    </Popover>
  )
}

function SnapshotList() {
  const t = useTranslations('run.snapshots')
  const { data, isPending } = useSnapshots(useRunId())
  const [picked, setPicked] = useState<readonly string[]>([])
  const items = data?.items ?? []
  // The two picked last, the earlier moment first.
  const pick = (id: string) => setPicked((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id].slice(-2)))
  const [first, second] = items.filter(({ id }) => picked.includes(id))
  return (
    <div className="flex flex-col gap-2">
      <SaveForm />
      {isPending && <p className="text-xs text-muted-foreground">{t('loading')}</p>}
      {data && items.length === 0 && <p className="text-xs text-muted-foreground">{t('none')}</p>}
      <ul className="max-h-64 overflow-y-auto">
        {items.map((snapshot) => <SnapshotRow key={snapshot.id} snapshot={snapshot} picked={picked.includes(snapshot.id)} onPick={() => pick(snapshot.id)} />)}
      </ul>
      {first && second && <SnapshotDiff first={first} second={second} />}
      <SnapshotPolicyForm />
    </div>
  )
}

const useNameOf = () => {
  const t = useTranslations('run.snapshots')
  return ({ name, seq }: SnapshotBody) => name ?? t('automatic', { seq })
}

function SnapshotRow({ snapshot, picked, onPick }: { snapshot: SnapshotBody; picked: boolean; onPick: () => void }) {
  const t = useTranslations('run.snapshots')
  const locale = useLocale()
  const router = useRouter()
  const store = useRunStore()
  const load = useLoadSnapshot()
  const resume = useResumeSnapshot()
  const remove = useRemoveSnapshot(useRunId())
  const name = useNameOf()(snapshot)
  const onError = useRefused()
  const open = () => {
    store.showSeq(snapshot.seq)
    // What the page shows is folded from the log; what is stored is compared with it.
    load.mutate(snapshot.id, { onSuccess: ({ rebuilt }) => rebuilt && toast.warning(t('rebuilt')), onError })
  }
  return (
    <li className="flex items-center gap-1 border-b last:border-0">
      <Checkbox aria-label={t('pick', { name })} checked={picked} onCheckedChange={onPick} />
      <button type="button" className="flex min-w-0 grow items-center gap-2 rounded-sm px-1 py-1 text-left text-xs hover:bg-accent" onClick={open}>
        <span className="min-w-0 grow truncate">{name}</span>
        <span className="shrink-0 text-2xs text-muted-foreground tabular-nums">{formatClock(Date.parse(snapshot.createdAt), locale)}</span>
      </button>
      <IconButton size="sm" label={t('resume', { name })} busy={resume.isPending} onClick={() => resume.mutate(snapshot.id, { onSuccess: ({ id }) => router.push(`/runs/${id}`), onError })}><CirclePlay aria-hidden /></IconButton>
      <IconButton size="sm" label={t('remove', { name })} onClick={() => remove.mutate(snapshot.id, { onError })}><Trash2 aria-hidden /></IconButton>
    </li>
  )
}

/** Which steps stood otherwise at the two moments. */
function SnapshotDiff({ first, second }: { first: SnapshotBody; second: SnapshotBody }) {
  const t = useTranslations('run.snapshots')
  const nameOf = useNameOf()
  const words = useProblemWords()
  const { data, error } = useSnapshotDiff(first.id, second.id)
  const nodes = data?.nodes.filter(({ change }) => change !== 'same') ?? []
  return (
    <section aria-label={t('between', { first: nameOf(first), second: nameOf(second) })} className="border-t pt-2 text-xs">
      <h3 className="mb-1 font-medium">{t('between', { first: nameOf(first), second: nameOf(second) })}</h3>
      {error && <p className="text-muted-foreground">{sentencesOf(words(asProblem(error)))}</p>}
      {data && nodes.length === 0 && <p className="text-muted-foreground">{t('same')}</p>}
      <ul className="max-h-40 overflow-y-auto">
        {nodes.map(({ nodeId, name, a, b }) => (
          <li key={nodeId} className="flex items-center gap-2 py-0.5">
            <span className="min-w-0 grow truncate">{name}</span>
            {a && <StatusBadge compact status={a.status} />} <ArrowRight aria-hidden className="size-3 shrink-0 text-muted-foreground" /> {b && <StatusBadge compact status={b.status} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

function SaveForm() {
  const refused = useRefused()
  const t = useTranslations('run.snapshots')
  const [name, setName] = useState('')
  const save = useSaveSnapshot(useRunId())
  const seq = useRunView((view) => view.shown.seq)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    save.mutate({ name: name.trim(), seq }, { onSuccess: () => setName(''), onError: refused })
  }
  return (
    <form onSubmit={submit} className="flex gap-1">
      <Input aria-label={t('name')} placeholder={t('name')} value={name} onChange={(event) => setName(event.target.value)} maxLength={120} />
      <Button type="submit" variant="primary" busy={save.isPending} disabled={name.trim() === ''}>{t('save')}</Button>
    </form>
  )
}
