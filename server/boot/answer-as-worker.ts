import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HealthReport } from '@/server/ports/health'
import { problem, PROBLEM_TYPE, type Problem } from '@/wire/problem'
import { healthBody } from '@/wire/telemetry'

type Deps = { health: () => HealthReport; metricsText: () => Promise<string>; refusalOf: (request: IncomingMessage) => 'host' | 'origin' | undefined }

/** A process without the role `web` tells how it is, and nothing else. */
export function createWorkerAnswers({ health, metricsText, refusalOf }: Deps) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refusalOf(request)
    if (refused !== undefined) return refuse(response, refused)
    if (request.url === '/metrics') return void response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(await metricsText())
    if (request.url === '/api/health') return void response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(healthBody(health())))
    sendProblem(response, problem('NOT_FOUND', 'This process works on runs and serves no pages', 'Ask a process with the role web. Here are /api/health and /metrics.'))
  }
}

export function refuse(response: ServerResponse, why: 'host' | 'origin'): void {
  const hint = why === 'host' ? 'Open Heddle by http://127.0.0.1 or localhost, or list the name in HEDDLE_ALLOWED_HOSTS.' : 'Call Heddle from its own pages, or from a tool that sends no Origin.'
  sendProblem(response, problem('FORBIDDEN_ORIGIN', why === 'host' ? 'This server does not go by that name' : 'The request comes from another site', hint))
}

export function sendProblem(response: ServerResponse, body: Problem, headers: Record<string, string> = {}): void {
  response.writeHead(body.status, { 'content-type': PROBLEM_TYPE, ...headers }).end(JSON.stringify(body))
}
