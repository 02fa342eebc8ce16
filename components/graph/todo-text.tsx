import { useTranslations } from 'next-intl'
import type { Todo } from '@/domain/graph/todo'

/** Codes whose sentence has its detail in it. */
const NAMED: ReadonlySet<string> = new Set(['NO_COUNTERPART', 'MODEL', 'CASES'])

/** What did not come along as it was, in words; a code that nobody knows stands for itself. */
export function TodoText({ code, detail = '' }: Todo) {
  const t = useTranslations('exchange')
  const key = `remark.${code}` as 'remark.MODEL'
  return <span className="min-w-0 break-words">{t.has(key) ? t(key, { detail }) : code}{detail !== '' && !NAMED.has(code) && <code className="ml-1 font-mono text-2xs break-all text-muted-foreground">{detail}</code>}</span>
}
