'use client'

import { Bell, CircleCheck, CircleDashed, CircleHelp, Info, OctagonAlert, RotateCcw, TriangleAlert, type LucideIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/badge'
import type { Tone } from '@/components/ui/tone'
import type { AlertBody } from '@/wire/alerts'

const severities: Record<AlertBody['severity'], { tone: Tone; icon: LucideIcon }> = {
  info: { tone: 'info', icon: Info }, warning: { tone: 'warning', icon: TriangleAlert }, critical: { tone: 'danger', icon: OctagonAlert },
}
const statuses: Record<AlertBody['status'], { tone: Tone; icon: LucideIcon }> = {
  ok: { tone: 'success', icon: CircleCheck }, pending: { tone: 'pending', icon: CircleDashed }, firing: { tone: 'danger', icon: Bell },
  recovering: { tone: 'running', icon: RotateCcw }, 'no-data': { tone: 'neutral', icon: CircleHelp }, resolved: { tone: 'success', icon: CircleCheck },
}

export function SeverityBadge({ severity }: { severity: AlertBody['severity'] }) {
  const t = useTranslations('alerts.severity')
  const { tone, icon: Icon } = severities[severity]
  return <Badge tone={tone}><Icon aria-hidden />{t(severity)}</Badge>
}

export function AlertStatusBadge({ status }: { status: AlertBody['status'] }) {
  const t = useTranslations('alerts.status')
  const { tone, icon: Icon } = statuses[status]
  return <Badge tone={tone} data-status={status}><Icon aria-hidden />{t(status)}</Badge>
}
