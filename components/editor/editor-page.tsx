'use client'

import { SearchX } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useMemo, type ReactNode } from 'react'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Spinner } from '@/components/ui/spinner'
import { useWorkflow } from './editor-queries'
import { openJournal } from './use-session'
import { WorkflowEditor } from './workflow-editor'

/** Loads a workflow and opens it on the drawing board. */
export function EditorPage({ workflowId, tools }: { workflowId: string; /** What other parts of the product offer for this workflow; it stands in the bar. */ tools?: ReactNode }) {
  const t = useTranslations('editor')
  const common = useTranslations('common')
  const { data, error, refetch } = useWorkflow(workflowId)
  // Opened while the server is asked: the editor waits for both.
  const journal = useMemo(() => openJournal(workflowId), [workflowId])
  if (data) return <WorkflowEditor key={data.id} workflow={data} journal={journal} tools={tools} />
  if (!error) return <div className="flex h-full items-center justify-center"><Spinner label={common('loading')} /></div>
  const problem = asProblem(error)
  if (problem.status !== 404) return <div className="p-4"><h1 className="sr-only">{t('loadFailed')}</h1><ProblemNotice problem={problem} onRetry={() => void refetch()} /></div>
  return (
    <div className="flex h-full items-center justify-center">
      <h1 className="sr-only">{t('unknownTitle')}</h1>
      <EmptyState icon={<SearchX />} title={t('unknownTitle')} description={t('unknownBody')} action={<Button asChild variant="primary"><Link href="/workflows">{t('toWorkflows')}</Link></Button>} />
    </div>
  )
}
