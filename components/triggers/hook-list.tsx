'use client'

import { History, Pencil, Plus, RefreshCw, Trash2, Webhook } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Json } from '@/domain/json'
import type { HookBody, HookWithSecret } from '@/wire/triggers'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { CodeLine } from '@/components/ui/code-line'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { Skeleton } from '@/components/ui/skeleton'
import { Switch } from '@/components/ui/switch'
import { DeliveryLine, DeliveryList } from './delivery-list'
import { HookForm } from './hook-form'
import { curlOf, HookSecret, urlOf } from './hook-secret'
import { exampleInput } from './schedule-draft'
import { useChangeHook, useHooks, useRemoveHook, useRotateHook, useTarget } from './trigger-queries'

/** The webhooks of a workflow; one of them, or a new one, in its form. A new secret stands above them until it is put away. */
export function HookList({ workflowId }: { workflowId: string }) {
  const t = useTranslations('triggers.hook')
  const { data, error, isPending, refetch } = useHooks(workflowId)
  const [form, setForm] = useState<{ hook?: HookBody }>()
  const [fresh, setFresh] = useState<HookWithSecret>()
  const { data: target } = useTarget(workflowId)
  const input = target ? exampleInput(target.graph) : {}
  if (form) {
    const onDone = (made?: HookWithSecret) => {
      setForm(undefined)
      if (made) setFresh(made)
    }
    return <HookForm workflowId={workflowId} hook={form.hook} onDone={onDone} />
  }
  if (error) return <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
  if (isPending) return <Skeleton className="h-32" />
  const add = <Button variant="primary" onClick={() => setForm({})}><Plus aria-hidden /> {t('add')}</Button>
  return (
    <div className="flex flex-col gap-3">
      {fresh && <HookSecret hook={fresh} input={input} onClose={() => setFresh(undefined)} />}
      {data.length === 0 && <EmptyState icon={<Webhook />} title={t('none')} description={t('noneHint')} action={add} />}
      {data.length > 0 && <div className="flex justify-end">{add}</div>}
      {data.length > 0 && (
        <ul aria-label={t('list')} className="flex flex-col gap-3">
          {data.map((hook) => <HookItem key={hook.id} workflowId={workflowId} hook={hook} input={input} onEdit={() => setForm({ hook })} onSecret={setFresh} />)}
        </ul>
      )}
    </div>
  )
}

function HookItem({ workflowId, hook, input, onEdit, onSecret }: { workflowId: string; hook: HookBody; input: Json; onEdit: () => void; onSecret: (hook: HookWithSecret) => void }) {
  const refused = useRefused()
  const t = useTranslations('triggers.hook')
  const common = useTranslations('common')
  const change = useChangeHook(workflowId)
  const rotate = useRotateHook(workflowId)
  const remove = useRemoveHook(workflowId)
  const [history, setHistory] = useState(false)
  const copy = { copyLabel: common('copy'), copiedLabel: common('copied') }
  return (
    <li className="flex flex-col gap-2 rounded-lg border p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Switch aria-label={t('enabled', { name: hook.name })} checked={hook.enabled} disabled={change.isPending} onCheckedChange={(enabled) => change.mutate({ id: hook.id, change: { enabled } }, { onError: refused })} />
        <h3 className="min-w-0 grow truncate text-sm font-medium">{hook.name}</h3>
        {!hook.enabled && <Badge>{t('off')}</Badge>}
        <IconButton size="sm" label={t('deliveries', { name: hook.name })} aria-expanded={history} onClick={() => setHistory(!history)}><History aria-hidden /></IconButton>
        <IconButton size="sm" label={t('edit', { name: hook.name })} onClick={onEdit}><Pencil aria-hidden /></IconButton>
        <AlertDialog
          title={t('rotateTitle', { name: hook.name })} description={t('rotateBody')} confirmLabel={t('rotateConfirm')} cancelLabel={common('cancel')} onConfirm={() => rotate.mutate(hook.id, { onSuccess: onSecret, onError: refused })}
          trigger={<Button aria-label={t('rotate', { name: hook.name })} size="sm" variant="ghost" className="size-7 px-0"><RefreshCw aria-hidden /></Button>}
        />
        <AlertDialog
          title={t('deleteTitle', { name: hook.name })} description={t('deleteBody')} confirmLabel={common('delete')} cancelLabel={common('cancel')} onConfirm={() => remove.mutate(hook.id, { onError: refused })}
          trigger={<Button aria-label={t('delete', { name: hook.name })} size="sm" variant="ghost" className="size-7 px-0"><Trash2 aria-hidden /></Button>}
        />
      </div>
      <CodeLine code={urlOf(hook.id)} {...copy} />
      <p className="flex flex-wrap gap-x-3 text-xs text-muted-foreground">
        <span>{hook.waitMs === 0 ? t('answersAtOnce') : t('answersWith', { seconds: hook.waitMs / 1_000 })}</span>
        <span>{t('limits', { perMinute: hook.perMinute, kilobytes: Math.max(1, Math.round(hook.maxBytes / 1_024)) })}</span>
        <span>{t('secretEnd', { end: hook.secretEnd })}</span>
      </p>
      <details className="text-xs"><summary className="cursor-pointer text-muted-foreground">{t('curl')}</summary><div className="pt-1.5"><CodeLine code={curlOf(hook.id, input)} {...copy} /></div></details>
      {!history && <p className="text-xs text-muted-foreground">{hook.lastDelivery ? <>{t('last')} <DeliveryLine delivery={hook.lastDelivery} /></> : t('noDeliveries')}</p>}
      {history && <DeliveryList workflowId={workflowId} hook={hook} />}
    </li>
  )
}
