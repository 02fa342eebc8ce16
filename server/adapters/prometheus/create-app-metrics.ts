import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EpochMs } from '@/domain/json'
import { measureRun } from '@/domain/metric/measure-run'
import type { RunState } from '@/domain/run/run-state'
import { LEVELS, type LogLine } from '@/server/ports/log-store'
import type { RunSummary } from '@/server/ports/run-log'

/** Workflows with a series of their own since this process began; those that come after them are one. */
const MOST_WORKFLOWS = 200
const OTHERS = 'other'
/** By default prom-client counts these as if they were counters, by the names of them. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']
const DURATIONS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600]

type Now = { activeRuns: number; waitingRuns: number; firing: readonly { severity: string }[] }
type Deps = { version: string; /** Runs that ended earlier are history, not what this process has seen. */ since: EpochMs; now: () => Now }

/** What is told of runs, logs, alerts and the process, beside the router. Labels have few values: never the id of a run or a step. */
export function createAppMetrics({ version, since, now }: Deps) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  new Gauge({ name: 'heddle_build_info', help: 'Always 1; the version is in the label.', labelNames: ['version'], registers }).set({ version }, 1)
  const workflowInfo = new Gauge({ name: 'heddle_workflow_info', help: 'Always 1; what a workflow is called.', labelNames: ['workflow', 'name'], registers })
  const runs = new Counter({ name: 'heddle_runs_total', help: 'Runs that have ended, by how. Of several processes the one on duty counts.', labelNames: ['workflow', 'status'], registers })
  const runDuration = new Histogram({ name: 'heddle_run_duration_seconds', help: 'From start to end, of runs that completed or failed.', labelNames: ['workflow'], buckets: DURATIONS, registers })
  const steps = new Counter({ name: 'heddle_steps_total', help: 'Steps of ended runs that were executed, by how they ended.', labelNames: ['workflow', 'status'], registers })
  const stepDuration = new Histogram({ name: 'heddle_step_duration_seconds', help: 'From the first start of a step to its end.', labelNames: ['workflow'], buckets: DURATIONS, registers })
  const modelCalls = new Counter({ name: 'heddle_model_calls_total', help: 'Steps of ended runs that a model answered; default: the agent named none.', labelNames: ['model'], registers })
  const modelTokens = new Counter({ name: 'heddle_model_tokens_total', help: 'Tokens of those; cached is a part of prompt.', labelNames: ['model', 'kind'], registers })
  const logLines = new Counter({ name: 'heddle_log_lines_total', help: 'Log lines written by this process.', labelNames: ['level'], registers })
  new Gauge({ name: 'heddle_runs_active', help: 'Runs at work in this process.', registers, collect() { this.set(now().activeRuns) } })
  new Gauge({ name: 'heddle_runs_waiting', help: 'Runs that wait for a place to work in.', registers, collect() { this.set(now().waitingRuns) } })
  new Gauge({
    name: 'heddle_alerts_firing', help: 'Alerts that fire.', labelNames: ['severity'], registers,
    collect() {
      for (const severity of ['info', 'warning', 'critical']) this.set({ severity }, now().firing.filter((alert) => alert.severity === severity).length)
    },
  })
  for (const level of LEVELS) logLines.inc({ level }, 0)

  const names = new Map<string, string>()
  function labelOf(workflowId: string, name: string): string {
    const before = names.get(workflowId)
    if (before === undefined && names.size >= MOST_WORKFLOWS) return OTHERS
    if (before !== name) {
      if (before !== undefined) workflowInfo.remove({ workflow: workflowId, name: before })
      workflowInfo.set({ workflow: workflowId, name }, 1)
      names.set(workflowId, name)
    }
    return workflowId
  }

  return {
    countRun({ id, workflowId, workflowName, finishedAt }: RunSummary, run: RunState): void {
      if ((finishedAt ?? 0) < since) return
      const workflow = labelOf(workflowId, workflowName)
      const measured = measureRun(id, run)
      runs.inc({ workflow, status: measured.status })
      if (measured.run) runDuration.observe({ workflow }, measured.run.durationMs / 1_000)
      for (const { ok, durationMs } of Object.values(measured.nodes).flat()) {
        steps.inc({ workflow, status: ok ? 'completed' : 'failed' })
        stepDuration.observe({ workflow }, durationMs / 1_000)
      }
      for (const { model = 'default', promptTokens, cachedTokens, completionTokens } of measured.calls) {
        modelCalls.inc({ model })
        for (const [kind, count] of [['prompt', promptTokens], ['cached', cachedTokens], ['completion', completionTokens]] as const) modelTokens.inc({ model, kind }, count)
      }
    },
    countLines(lines: readonly LogLine[]): void {
      for (const { level } of lines) logLines.inc({ level })
    },
    text: () => registry.metrics(),
    registry,
  }
}
