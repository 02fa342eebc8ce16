/** Heddle, one process on one port: pages and API (Next), `/v1` (router), `/live` (socket.io), `/metrics`, and the engine. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { isAppError } from '@/domain/error'
import type { RunId } from '@/domain/run/run-event'
import { createBrowserRunner } from '@/server/adapters/browser/create-browser-runner'
import { createGuardedConnector } from '@/server/adapters/http/egress-guard'
import { createEgressHttpClient } from '@/server/adapters/http/egress-http-client'
import { createLogger } from '@/server/adapters/logging/create-logger'
import { createNotifier } from '@/server/adapters/notify/create-notifier'
import type { Telemetry, TelemetryOptions } from '@/server/adapters/otel/create-telemetry'
import type { Store } from '@/server/adapters/prisma/open-store'
import { createAppMetrics } from '@/server/adapters/prometheus/create-app-metrics'
import { createPythonRunner } from '@/server/adapters/python/create-python-runner'
import { createHostGauge } from '@/server/adapters/profiling/create-host-gauge'
import { createProfiler } from '@/server/adapters/profiling/create-profiler'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createModelGateway } from '@/server/adapters/vllm/create-model-gateway'
import { createAlerting } from '@/server/engine/alerting/alerting'
import { createFleetRecorder } from '@/server/engine/samples/record-fleet'
import { createRunRecorder } from '@/server/engine/samples/record-runs'
import { sweepSamples } from '@/server/engine/samples/sweep-samples'
import { createRetention } from '@/server/engine/retention'
import { fireSchedules } from '@/server/engine/triggers/fire-schedules'
import { tellingDrafts } from '@/server/live/draft-feed'
import { createLiveServer } from '@/server/live/live-server'
import type { Logger } from '@/server/ports/log-store'
import type { Router } from '@/server/router/create-router'
import { createRouterHandler, isRouterPath } from '@/server/router/router-http'
import { tracedBatch, tracedDispatch } from '@/server/router/traced-dispatch'
import { localActor, triggerActor } from '@/server/usecases/actor'
import { callTool } from '@/server/engine/attempt/call-tool'
import { listMcpTools } from '@/server/engine/attempt/mcp-session'
import { findCallee } from '@/server/usecases/find-callee'
import { problem } from '@/wire/problem'
import { metricEvents } from '@/wire/samples'
import { createWorkerAnswers, refuse, sendProblem } from './answer-as-worker'
import { provideAppContext } from './app-context'
import { readConfig, strayNames, type Config } from './config'
import { createHealth } from './health'
import { healthChecks } from './health-checks'
import { followCallLimits } from './follow-call-limits'
import { createRequestGuard } from './request-guard'
import { findPortFree, listen } from './listen'
import { ownRouter, remoteRouter, simulatedFleet, type Stop } from './start-router'
import { startWork } from './start-work'
import { createStop, stopServing } from './stop-in-order'
import { storeOf } from './store-of'
import { createUseCases } from './use-cases'
import { wrongMethod } from './wrong-method'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..')
/** What a page waits for a connection. */
const BROWSER_CONNECT_MS = 10_000

async function boot(config: Config, stops: Stop[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const clock = createSystemClock()
  const ids = createRandomIds()
  const store = await storeOf(config, clock, join(root, 'prisma', 'migrations'))
  stops.push(() => store.close())
  await findPortFree(config)
  const logger = createLogger({ dir: join(config.dataDir, 'logs'), level: config.logLevel, store: store.logs, now: clock.now, secrets: config.fleetApiKey === undefined ? [] : [config.fleetApiKey], echo: config.environment !== 'test' })
  stops.push(() => logger.close())
  const { log } = logger
  for (const message of strayNames(process.env)) log({ level: 'WARNING', component: 'boot', category: 'system', message })

  const simulated = config.routers === undefined && config.fleet === undefined ? await simulatedFleet(config, join(here, 'fleet.mjs'), log, stops) : undefined
  const router = config.routers === undefined ? await ownRouter(config, { clock, ids, log, simulated }, stops) : undefined
  const calls = router ?? (await remoteRouter(config.routers ?? [], { clock, log }, stops))

  if (router) {
    const limits = await followCallLimits({ settings: store.settings, clock, atFirst: config.callLimits, apply: router.setLimits })
    stops.push(limits.stop)
  }

  const templates = createTemplates()
  templates.warm()
  stops.push(() => templates.close())
  const http = createEgressHttpClient({ allow: config.egressAllow })
  stops.push(() => http.close())
  const python = await createPythonRunner({ allow: config.python, environment: config.pythonEnvironment, hidden: [resolve(config.dataDir)] })
  log({ level: python.report().level === 'seatbelt' ? 'WARNING' : 'INFO', component: 'boot', category: 'system', message: python.report().message })
  const browser = createBrowserRunner({ off: !config.browser, chromium: config.chromium, connect: createGuardedConnector({ allow: config.egressAllow, connectTimeoutMs: BROWSER_CONNECT_MS }), worker: new URL('./browser-worker.mjs', import.meta.url) })
  log({ level: 'INFO', component: 'boot', category: 'system', message: `Browser steps: ${browser.report().message}` })
  const telemetry = config.telemetry && (await telemetryOf(config.telemetry, { version, log: store.runLog, logger: log, now: clock.now }))
  stops.push(() => telemetry?.close())
  const models = createModelGateway({ dispatch: calls.dispatch, clock, defaultModel: () => calls.models()[0]?.id, traceContext: telemetry })
  const modelOf = (name: string): string | undefined => {
    const asked = name || calls.models()[0]?.id
    return asked && (config.modelAliases.get(asked) ?? asked)
  }
  const attempt = { templates, models, http, browser, python, findCallee: findCallee(store), ...(config.warmUp && { warm: models.warm }), ...(telemetry && { traceContext: telemetry }) }
  const work = await startWork({ config, store, clock, ids, log, stops, attempt, modelOf })
  const { engine, feed, drafts } = work
  const notifier = createNotifier({ http, publicUrl: config.publicUrl })
  const gauge = () => createHostGauge({ clock, dataDir: config.dataDir })
  // Figures since the last look: page, health check and alert rules each have looks of their own.
  const [shownGauge, healthGauge, judgedGauge] = [gauge(), gauge(), gauge()]
  stops.push(() => (shownGauge.stop(), healthGauge.stop(), judgedGauge.stop()))
  const alerting = createAlerting({
    store: store.alerts, log: store.runLog, feed, fleet: calls.fleet, notifier, clock, ids, logger: log, onDuty: work.onDuty,
    server: async () => ({ host: await judgedGauge.look(), queuedRuns: (await work.control.line()).length, messages: router?.unread() }),
  })
  stops.push(() => alerting.stop())

  const retention = createRetention({ retained: store.retained, settings: store.settings, clock, logger: log, atFirst: config.retention })
  stops.push(() => retention.stop())
  const profiler = { ...createProfiler({ clock, root }), figures: shownGauge.look }
  const health = createHealth({
    clock, logger: log, version,
    checks: healthChecks({ runLog: store.runLog, fleet: calls.fleet, python: python.report, activeRuns: engine.active, queuedRuns: async () => (await work.control.line()).length, host: healthGauge.look, profiler, sweep: retention.sweep, restartFleet: simulated?.restart }),
  })
  await health.start()
  stops.push(() => health.stop())
  const recorder = createFleetRecorder({ samples: store.samples, fleet: calls.fleet, clock, logger: log, onDuty: work.onDuty })
  stops.push(() => recorder.stop())
  const metrics = createAppMetrics({ version, since: clock.now(), now: () => ({ activeRuns: engine.active(), waitingRuns: engine.line().length, firing: alerting.open().filter((alert) => alert.state.kind === 'firing') }) })
  const metricsText = async () => (await metrics.text()) + (router ? await router.metricsText() : '')
  stops.push(logger.subscribe(metrics.countLines))
  const runRecorder = createRunRecorder({
    samples: store.samples, log: store.runLog, clock, logger: log, onDuty: work.onDuty,
    onRecorded(runs) {
      for (const { summary, run } of runs) metrics.countRun(summary, run)
      telemetry?.tell(runs)
    },
  })
  stops.push(() => runRecorder.stop())
  const sweeper = sweepSamples({ samples: store.samples, clock, logger: log, onDuty: work.onDuty })
  stops.push(() => sweeper.stop())
  const previews = createTemplates({ threads: 1 })
  stops.push(() => previews.close())
  const useCases = createUseCases({
    previews, proofreader: previews, mcpTools: (mcp, signal) => listMcpTools({ http, clock }, { ...mcp, idempotencyKey: ids.next('ask') }, signal),
    callTool: (tool, args, signal) => callTool({ ...attempt, clock }, tool, args, { id: ids.next('ask'), signal }),
    ...store, workflows: tellingDrafts(store.workflows, drafts), watch: alerting, notifier, runs: work.control, fleet: calls.fleet, health: health.report, clock, ids, feed, logger: log, schedulesChanged: () => schedules.changed(),
    retention: { retained: store.retained, settings: store.settings, clock, logger: log, atFirst: config.retention, onSet: () => void retention.sweep() },
    callLimits: { atFirst: config.callLimits, onSet: (limits) => router?.setLimits(limits) },
    profiler, tokenPrices: config.tokenPrices, openFleet: recorder.open,
  })
  provideAppContext({ logger: log, useCases })
  const schedules = fireSchedules({
    schedules: store.schedules, clock, logger: log,
    startRun: (wanted) => useCases.runs.start(triggerActor, wanted),
    isGoing: async (id) => (await store.runLog.find(id as RunId))?.finishedAt === undefined,
  })
  stops.push(() => schedules.stop())

  const refusalOf = createRequestGuard(config.allowedHosts)
  const server = createServer()
  if (!router || !config.serves) {
    const answerAsWorker = createWorkerAnswers({ health: health.report, metricsText, refusalOf })
    server.on('request', (request, response) => void answerAsWorker(request, response))
    stops.push(stopServing({ close: await listen(server, config), work: work.stop }))
    await work.start()
    log({ level: 'INFO', component: 'boot', category: 'system', message: `Heddle ${version} works on runs; its health is at ${config.host}:${config.port}/api/health` })
    return
  }
  server.requestTimeout = 0
  // Longer than clients and balancers keep a connection: one that this end closes first may carry a call already, which then fails.
  server.keepAliveTimeout = 75_000
  const pages = next({ dev: config.dev, dir: root, httpServer: server })
  await pages.prepare()
  const showPage = pages.getRequestHandler()
  const traced = telemetry?.calls && { tracer: telemetry.calls, clock }
  const tracedCalls = traced && tracedDispatch(router.dispatch, traced)
  const routed = createRouterHandler(tracedCalls ? { ...router, dispatch: tracedCalls, batch: tracedBatch(router.batch, tracedCalls, traced) } : router)
  const live = createLiveServerOn(server, router)
  server.on('request', (request, response) => void answer(request, response))
  stops.push(stopServing({ close: await listen(server, config), live: live.close, work: work.stop }))
  await work.start()
  const unfinished = engine.driven().length
  await alerting.start()
  retention.start()
  recorder.start()
  runRecorder.start()
  void sweeper.sweep()
  await schedules.start()
  log({ level: 'INFO', component: 'boot', category: 'system', message: `Heddle ${version} serves on ${config.host}:${config.port}`, data: { environment: config.environment, simulated: config.fleet === undefined } })
  process.stdout.write(greeting(config, server.address(), { unfinished, python: python.report().message, browser: browser.report().message }))

  async function tellMetrics(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(await metricsText())
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const refused = refusalOf(request)
    if (refused !== undefined) {
      logRefusal(log, request, refused)
      return refuse(response, refused)
    }
    if (path.startsWith('/live')) return // socket.io has its own listener
    if (!isDecodable(path)) return sendProblem(response, problem('MALFORMED_PATH', 'The address has a % that begins no escape sequence', 'Write a percent sign in an address as %25.', { status: 400 }))
    if (isRouterPath(path)) return routed(request, response)
    if (path === '/metrics') return tellMetrics(response)
    const wrong = wrongMethod(request.method ?? 'GET', path)
    // Its own page of "not found" is for people.
    if (path === '/api') return sendProblem(response, problem('NOT_FOUND', 'Nothing answers at /api', 'The API is described at /api/openapi.json.'))
    if (wrong) return sendProblem(response, wrong.problem, { allow: wrong.allow })
    await showPage(request, response)
  }

  function createLiveServerOn(httpServer: typeof server, { fleet, subscribe }: Router): ReturnType<typeof createLiveServer> {
    return createLiveServer({
      server: httpServer, feed, runLog: store.runLog, logs: store.logs, onLogLines: logger.subscribe, fleet, onFleetChange: subscribe, alerts: alerting, clock,
      recentSamples: async (since) => metricEvents(await useCases.samples.fleet(localActor, { from: since, step: 1_000 }), await useCases.executions.recent(localActor, since)),
      drafts, revisionOf: async (id) => (await useCases.workflows.find(localActor, id)).revision,
      // A browser's handshake always says where it comes from; one that does not is a tool of this machine.
      allow: (request) => {
        const refused = refusalOf(request as IncomingMessage)
        if (refused !== undefined) logRefusal(log, request as IncomingMessage, refused)
        return refused === undefined
      },
    })
  }
}

/** Loaded only where somebody collects. */
async function telemetryOf(options: TelemetryOptions, deps: { version: string; log: Store['runLog']; logger: Logger; now: () => number }): Promise<Telemetry> {
  const { createTelemetry } = await import('@/server/adapters/otel/create-telemetry')
  return createTelemetry({ options, ...deps })
}

/** What a stranger wrote is cut: it is his, and may be long. */
function logRefusal(log: Logger, { url = '', method = '', headers, socket }: IncomingMessage, why: 'host' | 'origin'): void {
  const short = (text: string | undefined): string | null => text?.slice(0, 200) ?? null
  log({
    level: 'WARNING', component: 'boot', category: 'security', message: why === 'host' ? 'Refused a request for another host' : 'Refused a request from another site',
    data: () => ({ method, path: short(url.split('?', 1)[0]), host: short(headers.host), origin: short(headers.origin), from: socket?.remoteAddress ?? null }),
  })
}

/** Next answers an address that it cannot decode with a bare 500. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

function greeting(config: Config, address: unknown, { unfinished, ...steps }: { unfinished: number; python: string; browser: string }): string {
  const port = typeof address === 'object' && address !== null && 'port' in address ? address.port : config.port
  const fleet = config.fleet ? `${config.fleet.length} source(s) in HEDDLE_FLEET` : 'a simulated fleet of 3 instances; set HEDDLE_FLEET=http://host:8000,… to use your own vLLM servers'
  const runs = unfinished === 0 ? '' : `  Unfinished runs:  ${unfinished} of before, which go on from where they were\n`
  return `\n  Heddle is ready:  http://${config.host}:${String(port)}\n  Models:           ${fleet}\n  Data:             ${config.databaseUrl === undefined ? config.dataDir : `PostgreSQL at ${new URL(config.databaseUrl).host}`}\n${runs}  Python steps:     ${steps.python}\n  Browser steps:    ${steps.browser}\n\n`
}

async function main(): Promise<void> {
  const stops: Stop[] = []
  const stop = createStop(stops)
  process.on('SIGTERM', () => void stop(0))
  process.on('SIGINT', () => void stop(0))
  try {
    await boot(readConfig(process.env, root), stops)
  } catch (error) {
    const hint = isAppError(error) ? `\n${error.hint}` : ''
    process.stderr.write(`Heddle could not start.\n${error instanceof Error ? error.message : String(error)}${hint}\n`)
    await stop(1)
  }
}

void main()
