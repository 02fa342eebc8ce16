import { handleRoute } from '@/app/api/handle-route'
import { ndjsonResponse } from '@/app/api/ndjson-response'
import { LogExportQuery, logLineBody } from '@/wire/telemetry'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(({ useCases, actor, query }) =>
  ndjsonResponse(useCases.telemetry.exportLogs(actor, query(LogExportQuery)), logLineBody, { 'content-disposition': 'attachment; filename="heddle-logs.jsonl"' }))
