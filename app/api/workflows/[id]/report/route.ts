import { handleRoute, json } from '@/app/api/handle-route'
import { ReportQuery, workflowReportBody } from '@/wire/report'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => {
  const { from, to } = query(ReportQuery)
  return json(workflowReportBody(await useCases.report(actor, params.id, { ...(from !== undefined && { from: Date.parse(from) }), ...(to !== undefined && { to: Date.parse(to) }) })))
})
