import { Pencil } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { nodePath } from './run-paths'
import { useRunView } from './run-context'

/** To the node of a step in the draft: the next thing to do about what went wrong there. */
export function EditLink({ stepKey }: { stepKey: string }) {
  const t = useTranslations('run')
  const workflowId = useRunView((view) => view.head.workflowId)
  return <Button asChild size="sm" title={t('editNodeHint')}><Link href={nodePath(workflowId, stepKey)}><Pencil aria-hidden className="size-3.5" /> {t('editNode')}</Link></Button>
}
