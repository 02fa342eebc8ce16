import type { TokenPrices } from '@/domain/metric/token-price'
import { checkTexts } from '@/server/usecases/check-texts'
import { controlRun } from '@/server/usecases/control-run'
import type { AppError } from '@/domain/error'
import { editHooks } from '@/server/usecases/edit-hooks'
import { editSchedules } from '@/server/usecases/edit-schedules'
import { editWorkflow } from '@/server/usecases/edit-workflow'
import { forkRun, forkRuns } from '@/server/usecases/fork-run'
import { handleAlerts, type HandleAlertsDeps } from '@/server/usecases/handle-alerts'
import { keepAlertRules, type KeepAlertRulesDeps } from '@/server/usecases/keep-alert-rules'
import { keepSnapshot } from '@/server/usecases/keep-snapshot'
import { measureCache } from '@/server/usecases/measure-cache'
import { lastResults } from '@/server/usecases/last-results'
import { listMcpTools } from '@/server/usecases/list-mcp-tools'
import { previewText } from '@/server/usecases/preview-text'
import { measureWorkflow } from '@/server/usecases/measure-workflow'
import { pauseWorkflow } from '@/server/usecases/pause-workflow'
import { profileServer, type ProfileServerDeps } from '@/server/usecases/profile-server'
import { quickRun } from '@/server/usecases/quick-run'
import { readExecutions, type ReadExecutionsDeps } from '@/server/usecases/read-executions'
import { readQueue } from '@/server/usecases/read-queue'
import { readRun } from '@/server/usecases/read-run'
import { readSamples, type ReadSamplesDeps } from '@/server/usecases/read-samples'
import { readTelemetry } from '@/server/usecases/read-telemetry'
import { receiveDelivery } from '@/server/usecases/receive-delivery'
import { reportWorkflow } from '@/server/usecases/report-workflow'
import { retryRuns } from '@/server/usecases/retry-runs'
import { setCallLimits, type SetCallLimitsDeps } from '@/server/usecases/set-call-limits'
import { setTokenPrices } from '@/server/usecases/set-token-prices'
import { setRetention, type SetRetentionDeps } from '@/server/usecases/set-retention'
import type { ListMcpTools } from '@/server/ports/mcp-tools'
import type { CallTool } from '@/server/ports/tool-trial'
import type { Templates } from '@/server/ports/templates'
import { startRun, type StartRunDeps } from '@/server/usecases/start-run'
import { tryPart } from '@/server/usecases/try-part'
import { tryTool } from '@/server/usecases/try-tool'
import { problemOf } from '@/wire/problem'

export type UseCaseDeps = StartRunDeps & Omit<Parameters<typeof keepSnapshot>[0], 'read'> & Parameters<typeof readTelemetry>[0] & Parameters<typeof editSchedules>[0] & Omit<Parameters<typeof receiveDelivery>[0], 'start' | 'statusOf'> & KeepAlertRulesDeps & HandleAlertsDeps & ReadSamplesDeps & Omit<ReadExecutionsDeps, 'read' | 'tokenPrices'> & Pick<ProfileServerDeps, 'profiler'> & { retention: SetRetentionDeps; callLimits: Pick<SetCallLimitsDeps, 'atFirst' | 'onSet'>; tokenPrices: TokenPrices; /** For texts that somebody is writing: threads of their own, so that no step waits for those. */ previews: Templates; mcpTools: ListMcpTools; callTool: CallTool }
export type UseCases = ReturnType<typeof createUseCases>

/** All that people can ask of this server, wired to what it runs on. */
export function createUseCases(deps: UseCaseDeps) {
  const read = readRun(deps)
  const start = startRun(deps)
  const snapshots = keepSnapshot({ ...deps, read })
  const forks = forkRuns({ ...deps, read, snapshots })
  const fork = forkRun(forks)
  const tokenPrices = setTokenPrices({ ...deps.retention, atFirst: deps.tokenPrices })
  const executions = readExecutions({ ...deps, read, tokenPrices: tokenPrices.current })
  const results = lastResults({ ...deps, read, tokenPrices: tokenPrices.current })
  return {
    workflows: editWorkflow(deps),
    pauses: pauseWorkflow(deps),
    schedules: editSchedules(deps),
    hooks: { ...editHooks(deps), receive: receiveDelivery({ ...deps, start, statusOf: (error: AppError) => problemOf(error)?.status ?? 500 }) },
    runs: { ...read, ...controlRun(deps), start, fork, forks, try: tryPart({ ...deps, read, results }), retry: retryRuns({ ...deps, fork }), quick: quickRun({ ...deps, start }) },
    queue: readQueue(deps),
    snapshots,
    telemetry: readTelemetry(deps),
    samples: readSamples(deps),
    executions,
    alertRules: keepAlertRules(deps),
    alerts: handleAlerts(deps),
    server: profileServer(deps),
    retention: setRetention(deps.retention),
    tokenPrices,
    callLimits: setCallLimits({ ...deps.retention, ...deps.callLimits }),
    results: results.ofWorkflow,
    mcpTools: listMcpTools(deps),
    tryTool: tryTool(deps),
    checkTexts: checkTexts(deps),
    preview: previewText({ ...deps, results, templates: deps.previews }),
    measure: measureWorkflow({ ...deps, read, executions }),
    cache: measureCache({ ...deps, read }),
    report: reportWorkflow({ ...deps, read, tokenPrices: tokenPrices.current }),
  }
}
