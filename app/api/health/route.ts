import { handleRoute, json } from '@/app/api/handle-route'
import { timestamp } from '@/wire/page'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(({ useCases }) => {
  const report = useCases.telemetry.health()
  return json({ ...report, checks: report.checks.map((check) => ({ ...check, checkedAt: timestamp(check.checkedAt) })) })
})
