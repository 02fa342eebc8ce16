'use client'

import { useTranslations } from 'next-intl'
import type { GraphIssue } from '@/domain/graph/validate'
import { issueText } from '@/components/graph/issue-text'
import type { ProblemError } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Notice } from '@/components/ui/notice'

/** Of a graph with more problems than these the menu tells the rest. */
const MOST = 6

/** Why nothing runs or is published: what is wrong with the graph in the reader's language, any other refusal as it came. */
export function RefusalNotice({ problem }: { problem: ProblemError }) {
  const t = useTranslations('editor')
  if (problem.code !== 'INVALID_GRAPH') return <ProblemNotice problem={problem} />
  const { issues } = problem
  return (
    <Notice tone="danger" title={t('cannotRun', { count: issues.length })}>
      <ul className="mt-1 list-disc pl-4">{issues.slice(0, MOST).map((issue, index) => <li key={index}>{issueText(issue as GraphIssue, t)}</li>)}</ul>
      {issues.length > MOST && <p className="text-muted-foreground">{t('moreProblems', { count: issues.length - MOST })}</p>}
    </Notice>
  )
}
