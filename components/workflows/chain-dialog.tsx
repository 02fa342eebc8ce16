'use client'

import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import { useCreateChain } from './workflow-queries'

type Agent = { key: number; name: string; system: string; prompt: string }

/** Agents in a row, made without drawing. */
export function ChainDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('workflows.chain')
  const common = useTranslations('common')
  const router = useRouter()
  const create = useCreateChain()
  const [name, setName] = useState('')
  const [agents, setAgents] = useState<Agent[]>([{ key: 1, name: '', system: '', prompt: '' }])
  const ready = name.trim() !== '' && agents.every((agent) => agent.name.trim() !== '')
  const change = (key: number, part: Partial<Agent>) => setAgents(agents.map((agent) => (agent.key === key ? { ...agent, ...part } : agent)))
  const send = () =>
    create.mutate(
      { name: name.trim(), agents: agents.map((agent) => ({ name: agent.name.trim(), ...(agent.system.trim() && { system: agent.system }), ...(agent.prompt.trim() && { prompt: agent.prompt }) })) },
      { onSuccess: ({ id }) => router.push(`/workflows/${id}`) },
    )
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        size="lg" title={t('title')} description={t('description')} closeLabel={common('close')} className="flex flex-col gap-3"
        footer={<><Button onClick={() => onOpenChange(false)}>{common('cancel')}</Button><Button variant="primary" disabled={!ready} busy={create.isPending} onClick={send}>{t('create')}</Button></>}
      >
        <Field label={t('name')} required>{(control) => <Input {...control} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}</Field>
        <ol className="flex flex-col gap-3">
          {agents.map((agent, index) => (
            <li key={agent.key} className="rounded-lg border p-3">
              <div className="mb-2 flex items-center gap-1">
                <h3 className="grow text-xs font-semibold text-muted-foreground">{t('agent', { number: index + 1 })}</h3>
                <IconButton size="sm" label={t('up', { number: index + 1 })} disabled={index === 0} onClick={() => setAgents(swapped(agents, index, index - 1))}><ArrowUp aria-hidden /></IconButton>
                <IconButton size="sm" label={t('down', { number: index + 1 })} disabled={index === agents.length - 1} onClick={() => setAgents(swapped(agents, index, index + 1))}><ArrowDown aria-hidden /></IconButton>
                <IconButton size="sm" label={t('remove', { number: index + 1 })} disabled={agents.length === 1} onClick={() => setAgents(agents.filter((one) => one.key !== agent.key))}><Trash2 aria-hidden /></IconButton>
              </div>
              <div className="flex flex-col gap-2">
                <Field label={t('agentName')} required>{(control) => <Input {...control} value={agent.name} maxLength={120} onChange={(event) => change(agent.key, { name: event.target.value })} />}</Field>
                <Field label={t('system')}>{(control) => <Textarea {...control} rows={2} value={agent.system} onChange={(event) => change(agent.key, { system: event.target.value })} />}</Field>
                <Field label={t('prompt')} hint={t('promptHint')}>{(control) => <Textarea {...control} mono rows={2} value={agent.prompt} onChange={(event) => change(agent.key, { prompt: event.target.value })} />}</Field>
              </div>
            </li>
          ))}
        </ol>
        <Button className="self-start" onClick={() => setAgents([...agents, { key: Math.max(...agents.map((agent) => agent.key)) + 1, name: '', system: '', prompt: '' }])}><Plus aria-hidden /> {t('add')}</Button>
        {create.error && <ProblemNotice problem={asProblem(create.error)} />}
      </DialogContent>
    </Dialog>
  )
}

function swapped(agents: readonly Agent[], from: number, to: number): Agent[] {
  const next = [...agents]
  ;[next[from], next[to]] = [next[to]!, next[from]!]
  return next
}
