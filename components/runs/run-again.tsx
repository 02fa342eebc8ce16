'use client'

import { RotateCcw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { planFork } from '@/domain/run/plan-fork'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogTrigger } from '@/components/ui/dialog'
import { ForkPlanView } from './fork-plan'
import { useRunId, useRunView } from './run-context'
import { useRunAgain } from './run-queries'
import { useWorkflowFigures } from './use-trace'

/** The same input once more, after a look at what that does and costs. */
export function RunAgain() {
  const t = useTranslations('run')
  const common = useTranslations('common')
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const { workflowId, input, version, priority } = useRunView((view) => view.head)
  const again = useRunAgain(useRunId(), workflowId)
  const start = () => again.mutate({ input, version, priority }, { onSuccess: ({ id }) => router.push(`/runs/${id}`) })
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild><Button size="sm"><RotateCcw aria-hidden className="size-3.5" /> {t('runAgain')}</Button></DialogTrigger>
      <DialogContent
        title={t('again.title')}
        description={t(version === 'draft' ? 'again.draft' : 'again.version')}
        closeLabel={common('close')}
        className="flex flex-col gap-3"
        footer={<><Button onClick={() => setOpen(false)}>{common('cancel')}</Button><Button variant="primary" busy={again.isPending} onClick={start}>{t('again.start')}</Button></>}
      >
        <Plan />
        {again.error && <ProblemNotice problem={asProblem(again.error)} />}
      </DialogContent>
    </Dialog>
  )
}

function Plan() {
  const head = useRunView((view) => view.head)
  const graph = useRunView((view) => view.graph)
  const history = useWorkflowFigures()?.agents ?? {}
  const prices = useTokenPrices()
  return graph && <ForkPlanView graph={graph} plan={planFork(head, graph, { overrides: {}, newInput: true }, history, prices)} />
}
