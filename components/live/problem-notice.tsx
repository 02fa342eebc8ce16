'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ProblemError } from './problem-error'

/** What the server refused, and what to do next. */
export function ProblemNotice({ problem, onRetry }: { problem: ProblemError; onRetry?: () => void }) {
  const t = useTranslations('problems')
  const common = useTranslations('common')
  const unreachable = problem.status === 0
  return (
    <Notice
      tone="danger"
      title={unreachable ? t('noAnswer') : problem.message}
      {...(onRetry && { actions: <Button size="sm" onClick={onRetry}>{common('retry')}</Button> })}
    >
      {(unreachable ? t('noAnswerHint') : problem.hint) ?? null}
      {problem.issues.length > 0 && (
        <ul className="mt-1 list-disc pl-4">
          {problem.issues.slice(0, 10).map((issue, index) => (
            <li key={index}>{issue.path === '' ? issue.message : <><code className="font-mono text-xs">{issue.path}</code> {issue.message}</>}</li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
