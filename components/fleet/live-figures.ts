import type { InstanceView } from '@/domain/route/fleet-view'

export type LiveFigures = Pick<InstanceView, 'running' | 'waiting' | 'kvUsage' | 'prefixHitRate' | 'ttftMs' | 'interTokenMs'>

/** What is known of an instance now. The router keeps the last figures of one that stopped answering: they are no longer true. */
export function liveFigures(instance: InstanceView): LiveFigures {
  if (instance.health === 'unhealthy') return {}
  const { running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs } = instance
  return { running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs }
}

/** Requests that an instance works on or keeps waiting; undefined when either is not known. */
export function loadOf(instance: InstanceView): number | undefined {
  const { running, waiting } = liveFigures(instance)
  return running === undefined || waiting === undefined ? undefined : running + waiting
}

/** The charts in words. An instance that says nothing is left out; undefined when none says anything. */
export function fleetFigures(instances: readonly InstanceView[]): { load: number | undefined; fullest: number | undefined } {
  const known = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined)
  const loads = known(instances.map(loadOf))
  const usages = known(instances.map((one) => liveFigures(one).kvUsage))
  return {
    load: loads.length === 0 ? undefined : loads.reduce((sum, load) => sum + load, 0),
    fullest: usages.length === 0 ? undefined : Math.max(...usages),
  }
}
