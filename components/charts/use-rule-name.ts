'use client'

import { useTranslations } from 'next-intl'
import { READY_MADE, READY_MADE_IDS, readyMadeRuleId } from '@/domain/alert/alert-rule'

/** A ready-made rule that nobody renamed has its name in the reader's language. */
export function useRuleName(): (id: string, name: string) => string {
  const t = useTranslations('alerts.readyMade')
  return (id, name) => {
    const readyMade = READY_MADE_IDS.find((one) => readyMadeRuleId(one) === id)
    return readyMade && READY_MADE[readyMade].name === name ? t(readyMade) : name
  }
}
