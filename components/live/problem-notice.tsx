'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ProblemError } from './problem-error'
import { useProblemWords } from './problem-words'

/** What the server refused, and what to do next. */
export function ProblemNotice({ problem, onRetry }: { problem: ProblemError; onRetry?: () => void }) {
  const { title, detail, hint } = useProblemWords()(problem)
  const common = useTranslations('common')
  return (
    <Notice
      tone="danger"
      title={title}
      {...(onRetry && { actions: <Button size="sm" onClick={onRetry}>{common('retry')}</Button> })}
    >
      {detail !== undefined && <p className="break-words">{detail}</p>}
      {hint !== undefined && <p>{hint}</p>}
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
