import type { useTranslations } from 'next-intl'
import type { QueueTurn } from '@/wire/queue'

/** "3rd in line; waits for: the limit of model X". */
export function queueText(t: ReturnType<typeof useTranslations<'runs.queue'>>, { place, waitsFor, model = '' }: QueueTurn): string {
  return t('turn', { place, reason: t(`waitsFor.${waitsFor}`, { model }) })
}
