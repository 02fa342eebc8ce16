import type { Json } from '@/domain/json'

/** Outgoing calls that a workflow causes, behind the egress guard. */
export type HttpClient = {
  /** @throws {AppError} refused address, timeout, no answer */
  send(request: { method: string; url: string; headers: Record<string, string>; body?: string; idempotencyKey: string }, signal: AbortSignal): Promise<{ status: number; headers: Record<string, string>; body: Json }>
}
