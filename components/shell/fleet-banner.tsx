'use client'

import { useQuery } from '@tanstack/react-query'
import { FlaskConical, X } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { FleetView } from '@/domain/route/fleet-view'
import { api } from '@/components/live/api-client'
import { Button } from '@/components/ui/button'
import { CodeLine } from '@/components/ui/code-line'
import { Dialog, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { IconButton } from '@/components/ui/icon-button'

/** Says on every page that no real model answers, and how to change that. */
export function FleetBanner({ initial }: { initial: FleetView }) {
  const t = useTranslations('shell.fleet')
  const common = useTranslations('common')
  const path = usePathname()
  const [dismissed, setDismissed] = useState(false)
  const { data } = useQuery({ queryKey: ['fleet'] as const, queryFn: ({ signal }) => api.get<FleetView>('/api/fleet', { signal }), staleTime: 60_000, initialData: initial })
  // The fleet's own page says it in a notice that stays.
  if (dismissed || !data.simulated || path === '/fleet') return null
  return (
    <section aria-label={t('notice')} className="flex shrink-0 flex-wrap items-center gap-x-2 border-b border-state-waiting-border bg-state-waiting-soft px-3 py-1 text-xs">
      <FlaskConical aria-hidden className="size-3.5 shrink-0 text-state-waiting" />
      <strong className="font-semibold">{t('simulated', { count: data.instances.length })}</strong>
      <span className="min-w-0 max-sm:hidden">{t.rich('useOwn', { code: (text) => <code className="font-mono">{text}</code> })}</span>
      <SetupDialog />
      <IconButton label={common('dismiss')} size="sm" className="ml-auto size-6" onClick={() => setDismissed(true)}><X /></IconButton>
    </section>
  )
}

function SetupDialog() {
  const t = useTranslations('shell.fleet')
  const common = useTranslations('common')
  const code = (text: string) => <CodeLine code={text} copyLabel={common('copy')} copiedLabel={common('copied')} />
  return (
    <Dialog>
      <DialogTrigger asChild><Button variant="link" size="sm">{t('how')}</Button></DialogTrigger>
      <DialogContent title={t('setupTitle')} description={t('setupIntro')} closeLabel={common('close')} className="flex flex-col gap-2">
        <h3 className="font-medium">{t('oneServer')}</h3>
        {code('HEDDLE_FLEET=http://127.0.0.1:8000 npm start')}
        <h3 className="mt-2 font-medium">{t('manyServers')}</h3>
        {code('HEDDLE_FLEET=http://gpu-1:8000,http://gpu-2:8000 npm start')}
        <h3 className="mt-2 font-medium">{t('startVllm')}</h3>
        {code('vllm serve Qwen/Qwen3-8B --enable-prefix-caching --enable-prompt-tokens-details')}
        <p className="text-muted-foreground">{t('prefixNote')}</p>
      </DialogContent>
    </Dialog>
  )
}
