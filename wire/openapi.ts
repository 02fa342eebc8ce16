import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { ExecutionStatistics } from '@/domain/metric/statistics'
import { CallLimits } from '@/domain/rate/call-limits'
import { RetentionPolicy } from '@/domain/retention/retention-policy'
import { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { FleetView } from '@/domain/route/fleet-view'
import { AcknowledgeBody, AlertBody, AlertPage, AlertQuery, PreviewAnswer, PreviewBody, RemoveSilenceQuery, RuleBody, RuleBodyGiven, RulePage, SilenceBody, SilenceGiven, SilencePage, TryDeliveryAnswer, TryDeliveryBody } from './alerts'
import { BATCH_PATH, BatchAnswer, BatchBody, BatchLine, BatchRefusal } from './batch'
import { WorkflowCacheBody } from './cache'
import { AppendOperationsAnswer, AppendOperationsBody, OperationsBody, OperationsQuery } from './operations'
import { Problem, PROBLEM_TYPE } from './problem'
import { QueuePage, QueueQuery } from './queue'
import { ReportQuery, WorkflowReportBody } from './report'
import { ItemResultsBody, ItemResultsQuery, WorkflowResultsBody } from './results'
import { McpServerBody, McpToolsBody } from './mcp'
import { CheckTextsAnswer, CheckTextsBody, TextPreviewAnswer, TextPreviewBody } from './preview'
import { RetentionPreviewBody } from './retention'
import { ApprovalBody, EventsQuery, ForkAnswer, ForkBody, ForksAnswer, ForksBody, IdempotencyHeader, LoadedSnapshotBody, QuickRunBody, RetryRunsAnswer, RetryRunsBody, RunAccepted, RunBody, RunDiffBody, RunEventLine, RunGraphBody, RunItemsBody, RunItemsQuery, RunPage, RunQuery, RunStateQuery, SaveSnapshotBody, SnapshotBody, SnapshotPage, StartRunBody } from './runs'
import { AllExecutionsBody, FleetSeriesBody, PeriodQuery, SeriesQuery, WorkflowExecutionsBody } from './samples'
import { ToolTrialAnswer, ToolTrialBody } from './tool-trial'
import { TokenPricesBody, TokenPricesChange } from './token-prices'
import { HealthBody, HealthEventPage, HealthHistoryQuery, LogExportQuery, LogLineBody, LogPage, LogQuery, LogSummaryBody } from './telemetry'
import { ProfileBody, ServerFiguresBody, ServerProfileBody } from './server'
import { DeliveryPage, FirePage, HookAnswerBody, HookBody, HookChange, HookPage, HookWish, HookWithSecret, ScheduleBody, ScheduleChange, SchedulePage, ScheduleWish } from './triggers'
import { ChainBody, CreateWorkflowBody, FrozenVersionBody, PauseAnswer, PauseBody, PublishBody, TemplatePage, UpdateWorkflowBody, ValidateAnswer, ValidateBody, WorkflowBody, WorkflowPage, WorkflowQuery, WorkflowVersionPage } from './workflows'

type Route = { summary: string; query?: z.ZodObject; headers?: z.ZodObject; body?: z.ZodType; status?: 200 | 201 | 202 | 204; answer?: z.ZodType; ndjson?: true }

const Ended = z.object({ id: z.string(), status: z.literal('cancelled') })
const Answered = z.object({ id: z.string(), nodeId: z.string(), decision: z.enum(['approve', 'reject']) })

/** Every endpoint by method and path. The same schemas parse the requests; a test holds this table against the routes. */
export const routes: Record<string, Route> = {
  'GET /api/health': { summary: 'How the server and its parts are', answer: HealthBody },
  'GET /api/health/history': { summary: 'Checks that became better or worse, and repairs that were tried, newest first', query: HealthHistoryQuery, answer: HealthEventPage },
  'GET /api/fleet': { summary: 'The vLLM servers as the router sees them', answer: FleetView },
  'GET /api/fleet/samples': { summary: 'What the vLLM servers showed over a time: by seconds for two days, coarser for 400', query: SeriesQuery, answer: FleetSeriesBody },
  'GET /api/templates': { summary: 'Workflows to begin with', answer: TemplatePage },
  'GET /api/logs': { summary: 'Log lines', query: LogQuery, answer: LogPage },
  'GET /api/logs/export': { summary: 'Every log line that fits, oldest first, a line each', query: LogExportQuery, answer: LogLineBody, ndjson: true },
  'GET /api/logs/summary': { summary: 'Counts of log lines', answer: LogSummaryBody },
  'GET /api/server/figures': { summary: 'What this process and its machine are at: CPU, memory, disk, delay of the event loop, runs in line', answer: ServerFiguresBody },
  'POST /api/server/profile': { summary: 'Record what the server spends CPU time on, or what allocates memory; answers when the time is over', body: ProfileBody, answer: ServerProfileBody },
  'GET /api/retention': { summary: 'How long runs and log lines are kept', answer: RetentionPolicy },
  'PUT /api/retention': { summary: 'Set how long they are kept', body: RetentionPolicy, answer: RetentionPolicy },
  'POST /api/retention/preview': { summary: 'What such a policy would delete now; deletes nothing', body: RetentionPolicy, answer: RetentionPreviewBody },
  'GET /api/token-prices': { summary: 'What a million tokens cost, by model, and since when', answer: TokenPricesBody },
  'PUT /api/token-prices': { summary: 'Set what they cost, from now on or for all calls that were', body: TokenPricesChange, answer: TokenPricesBody },
  'GET /api/call-limits': { summary: 'How much the router takes of a model, and from an API key', answer: CallLimits },
  'PUT /api/call-limits': { summary: 'Set how much; what was used up stays used up', body: CallLimits, answer: CallLimits },
  'GET /api/metrics/workflows/{id}': { summary: 'Figures of a workflow\'s runs that have ended, and of each of its nodes: of the newest 200, or of a time', query: PeriodQuery, answer: ExecutionStatistics.extend({ agents: z.record(z.string(), ExecutionStatistics) }) },
  'GET /api/metrics/workflows': { summary: 'What the runs of all workflows took over a time, by steps: of 10 s for two days, coarser for 400. Percentiles are at most 1 % off', query: SeriesQuery, answer: AllExecutionsBody },
  'GET /api/metrics/workflows/{id}/series': { summary: 'The same of one workflow and of each of its nodes', query: SeriesQuery, answer: WorkflowExecutionsBody },
  'GET /api/workflows': { summary: 'Workflows, newest change first', query: WorkflowQuery, answer: WorkflowPage },
  'POST /api/workflows': { summary: 'Make a workflow', body: CreateWorkflowBody, status: 201, answer: WorkflowBody },
  'POST /api/workflows/validate': { summary: 'What keeps a graph from running', body: ValidateBody, answer: ValidateAnswer },
  'GET /api/workflows/{id}': { summary: 'A workflow with its draft graph', answer: WorkflowBody },
  'PUT /api/workflows/{id}': { summary: 'Change a workflow; a stale revision is refused', body: UpdateWorkflowBody, answer: WorkflowBody },
  'DELETE /api/workflows/{id}': { summary: 'Delete a workflow; its runs stay', status: 204 },
  'GET /api/workflows/{id}/operations': { summary: 'What was done to a draft since a revision, edit by edit', query: OperationsQuery, answer: OperationsBody },
  'POST /api/workflows/{id}/operations': { summary: 'Edit a draft, each edit a revision; a stale revision is refused', body: AppendOperationsBody, answer: AppendOperationsAnswer },
  'GET /api/workflows/{id}/snapshots': { summary: 'When its runs are kept by themselves', answer: SnapshotPolicy },
  'PUT /api/workflows/{id}/snapshots': { summary: 'After every step, every so many, critical ones only, or never; and how many are kept', body: SnapshotPolicy, answer: SnapshotPolicy },
  'POST /api/workflows/{id}/pause': { summary: 'Hold back runs that have not begun, or all', body: PauseBody, answer: PauseAnswer },
  'POST /api/workflows/{id}/resume': { summary: 'Let held runs go on', answer: PauseAnswer },
  'POST /api/workflows/{id}/publish': { summary: 'Freeze the draft as the next version', body: PublishBody, answer: z.object({ version: z.int() }) },
  'GET /api/workflows/{id}/versions': { summary: 'Published versions', answer: WorkflowVersionPage },
  'GET /api/workflows/{id}/versions/{version}': { summary: 'A published version with its frozen graph', answer: FrozenVersionBody },
  'POST /api/workflows/{id}/runs': { summary: 'Start a run, or a trial of a part of the draft', headers: IdempotencyHeader, body: StartRunBody, status: 202, answer: RunAccepted },
  'GET /api/workflows/{id}/results': { summary: 'What the nodes of the draft did when they ran last, and what they usually take', answer: WorkflowResultsBody },
  'POST /api/workflows/{id}/preview': { summary: 'What a template or an expression would give on the last outputs', body: TextPreviewBody, answer: TextPreviewAnswer },
  'POST /api/texts/check': { summary: 'What is wrong with templates and expressions, without running them', body: CheckTextsBody, answer: CheckTextsAnswer },
  'POST /api/mcp/tools': { summary: 'The tools that an MCP server offers', body: McpServerBody, answer: McpToolsBody },
  'POST /api/tools/try': { summary: 'Call a tool of an agent once: what it does outside is done', body: ToolTrialBody, answer: ToolTrialAnswer },
  'GET /api/workflows/{id}/schedules': { summary: 'Schedules of a workflow', answer: SchedulePage },
  'POST /api/workflows/{id}/schedules': { summary: 'Start runs by the clock', body: ScheduleWish, status: 201, answer: ScheduleBody },
  'GET /api/schedules/{id}': { summary: 'A schedule, its last fire and the next five', answer: ScheduleBody },
  'PUT /api/schedules/{id}': { summary: 'Change a schedule, or switch it on or off', body: ScheduleChange, answer: ScheduleBody },
  'DELETE /api/schedules/{id}': { summary: 'Delete a schedule; its runs stay', status: 204 },
  'GET /api/schedules/{id}/fires': { summary: 'What became of its newest fires', answer: FirePage },
  'GET /api/workflows/{id}/hooks': { summary: 'Webhooks of a workflow', answer: HookPage },
  'POST /api/workflows/{id}/hooks': { summary: 'Start runs by HTTP; the only answer that holds the secret', body: HookWish, status: 201, answer: HookWithSecret },
  'POST /api/hooks/{id}': { summary: 'Call a webhook: the body is the input of a run. Bearer secret, or X-Heddle-Signature (X-Hub-Signature-256): sha256=HMAC of the body; X-Heddle-Delivery names a delivery', body: z.json(), status: 202, answer: HookAnswerBody },
  'GET /api/hooks/{id}': { summary: 'A webhook and its last delivery', answer: HookBody },
  'PUT /api/hooks/{id}': { summary: 'Change a webhook, or switch it on or off', body: HookChange, answer: HookBody },
  'DELETE /api/hooks/{id}': { summary: 'Delete a webhook; its runs stay', status: 204 },
  'POST /api/hooks/{id}/rotate': { summary: 'A new secret; the old one ends at once', answer: HookWithSecret },
  'GET /api/hooks/{id}/deliveries': { summary: 'Its newest calls and how they were answered', answer: DeliveryPage },
  'GET /api/workflows/{id}/report': { summary: 'Figures of a workflow\'s runs of a period: durations, slowest nodes, failures, tokens and cost', query: ReportQuery, answer: WorkflowReportBody },
  'GET /api/workflows/{id}/cache': { summary: 'How much of each agent\'s prompts the KV cache held in the newest 20 runs, and how long values were', answer: WorkflowCacheBody },
  'POST /api/chains': { summary: 'Make a workflow from a list of agents', body: ChainBody, status: 201, answer: WorkflowBody },
  'POST /api/workflow': { summary: 'Run a workflow or a template in one call', headers: IdempotencyHeader, body: QuickRunBody, status: 202, answer: RunAccepted },
  'GET /api/workflow/{id}': { summary: 'The state of such a run', answer: RunBody },
  'GET /api/queue': { summary: 'Runs that wait for a place to work in, first in line first', query: QueueQuery, answer: QueuePage },
  'GET /api/runs': { summary: 'Runs, newest first', query: RunQuery, answer: RunPage },
  'POST /api/runs/retry': { summary: 'Try failed runs again, each in a new run from where it failed', body: RetryRunsBody, answer: RetryRunsAnswer },
  'GET /api/runs/{id}': { summary: 'A run and its steps; values beyond 64 KiB as references if asked so', query: RunStateQuery, answer: RunBody },
  'GET /api/runs/{id}/graph': { summary: 'The frozen graph of a run', answer: RunGraphBody },
  'GET /api/runs/{id}/items': { summary: 'What a map of a run went through', query: RunItemsQuery, answer: RunItemsBody },
  'GET /api/runs/{id}/items/results': { summary: 'What the nodes of a map of a run did with one item', query: ItemResultsQuery, answer: ItemResultsBody },
  'GET /api/runs/{id}/events': { summary: 'The log of a run, a line an event', query: EventsQuery, answer: RunEventLine, ndjson: true },
  'GET /api/runs/{id}/values/{hash}': { summary: 'A value of the run that came as a reference, whole', answer: z.json() },
  'POST /api/runs/{id}/cancel': { summary: 'Cancel a run', answer: Ended },
  'POST /api/runs/{id}/fork': { summary: 'A new run from one of its nodes or snapshots', body: ForkBody, status: 202, answer: ForkAnswer },
  'POST /api/runs/{id}/forks': { summary: 'Several new runs from it that start together; all of them, or none', body: ForksBody, status: 202, answer: ForksAnswer },
  'GET /api/runs/{id}/diff/{otherId}': { summary: 'Two runs node by node', query: RunStateQuery, answer: RunDiffBody },
  'POST /api/runs/{id}/approvals/{nodeId}': { summary: 'Answer a step that waits for a person', body: ApprovalBody, answer: Answered },
  'GET /api/runs/{id}/snapshots': { summary: 'Snapshots of a run', answer: SnapshotPage },
  'POST /api/runs/{id}/snapshots': { summary: 'Keep a moment under a name', body: SaveSnapshotBody, status: 201, answer: SnapshotBody },
  'GET /api/snapshots/{id}': { summary: 'A snapshot with its state, checked against the log; values beyond 64 KiB as references if asked so', query: RunStateQuery, answer: LoadedSnapshotBody },
  'DELETE /api/snapshots/{id}': { summary: 'Delete a snapshot', status: 204 },
  'GET /api/snapshots/{id}/diff/{otherId}': { summary: 'Two snapshots node by node', query: RunStateQuery, answer: RunDiffBody },
  'POST /api/snapshots/{id}/resume': { summary: 'A new run from a snapshot', status: 202, answer: ForkAnswer },
  'GET /api/alert-rules': { summary: 'Alert rules, and how their last notices were delivered', answer: RulePage },
  'POST /api/alert-rules': { summary: 'Make an alert rule; it is judged at once', body: RuleBodyGiven, status: 201, answer: RuleBody },
  'PUT /api/alert-rules/{id}': { summary: 'Replace an alert rule; it is judged anew', body: RuleBodyGiven, answer: RuleBody },
  'DELETE /api/alert-rules/{id}': { summary: 'Delete an alert rule; what it fired stays in the history', status: 204 },
  'POST /api/alert-rules/preview': { summary: 'What a rule would have said over the last hours', body: PreviewBody, answer: PreviewAnswer },
  'POST /api/alert-rules/test': { summary: 'Send a test notice to one address', body: TryDeliveryBody, answer: TryDeliveryAnswer },
  'GET /api/alerts': { summary: 'Alerts that fire or fired, newest first', query: AlertQuery, answer: AlertPage },
  'POST /api/alerts/acknowledge': { summary: 'Say that somebody has seen several alerts', body: AcknowledgeBody, answer: AlertPage },
  'POST /api/alerts/{id}/acknowledge': { summary: 'Say that somebody has seen an alert', answer: AlertBody },
  'GET /api/silences': { summary: 'Silences that have not ended', answer: SilencePage },
  'POST /api/silences': { summary: 'Tell nobody of matching alerts for a while', body: SilenceGiven, status: 201, answer: SilenceBody },
  'DELETE /api/silences': { summary: 'End a silence', query: RemoveSilenceQuery, status: 204 },
  'GET /api/openapi.json': { summary: 'This document', answer: z.looseObject({ openapi: z.string() }) },
}

/** The OpenAPI document of everything above. */
export function openApiDocument(version: string) {
  const paths: ZodOpenApiPathsObject = {}
  for (const [key, route] of Object.entries(routes)) {
    const [method = '', path = ''] = key.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(path, route) }
  }
  return createDocument({ openapi: '3.1.0', info: { title: 'Heddle', version, description: 'Draw agent DAGs, run them durably on your own vLLM servers, replay any run. /v1 is the OpenAI-compatible router; of it only what others do not have is described here.' }, paths: { ...paths, [BATCH_PATH]: { post: batch } } })
}

const batch: ZodOpenApiOperationObject = {
  summary: 'Many calls in one: results in order, each failing alone, under the limits of single calls',
  requestBody: { content: { 'application/json': { schema: BatchBody } } },
  responses: {
    200: { description: 'All results, or with stream a line each and then the totals', content: { 'application/json': { schema: BatchAnswer }, 'application/x-ndjson': { schema: BatchLine } } },
    default: { description: 'The batch cannot be read, and nothing of it was asked', content: { 'application/json': { schema: BatchRefusal } } },
  },
}

function operation(path: string, { summary, query, headers, body, status = 200, answer, ndjson }: Route): ZodOpenApiOperationObject {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  return {
    summary,
    ...((names.length > 0 || query || headers) && {
      requestParams: { ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }), ...(query && { query }), ...(headers && { header: headers }) },
    }),
    ...(body && { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: {
      [status]: { description: summary, ...(answer && { content: { [ndjson ? 'application/x-ndjson' : 'application/json']: { schema: answer } } }) },
      default: { description: 'A refusal that says what to do next (RFC 9457)', content: { [PROBLEM_TYPE]: { schema: Problem } } },
    },
  }
}
