import type { InstanceView } from '@/domain/route/fleet-view'

export type LiveFigures = Pick<InstanceView, 'running' | 'waiting' | 'kvUsage' | 'prefixHitRate' | 'ttftMs' | 'interTokenMs'>

/** What is known of an instance now. The router keeps the last figures of one that stopped answering: they are no longer true. */
export function liveFigures(instance: InstanceView): LiveFigures {
  if (instance.health === 'unhealthy') return {}
  const { running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs } = instance
  return { running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs }
}
