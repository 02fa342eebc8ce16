import type { HealthReason } from '@/domain/health/health-reason'

export type HealthStatus = 'ok' | 'degraded' | 'critical'

/** One part's state, as last looked at. `checkedAt` is epoch ms. */
export type HealthCheck = { name: string; status: HealthStatus; message: string; reason?: HealthReason; checkedAt: number }

/** `status` is the worst of the checks. */
export type HealthReport = { status: HealthStatus; version: string; uptimeMs: number; checks: HealthCheck[] }
