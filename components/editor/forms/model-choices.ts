import type { FleetView } from '@/domain/route/fleet-view'

/** A card of the model list, as engines and the router give it: `parent`, what a LoRA adapter stands on; `root`, what an alias means. */
export type ModelListing = { id: string; parent?: string | null | undefined; root?: string | undefined }
/** A model that an agent may name. `of`: what an adapter stands on, or an alias means. */
export type ModelChoice = { id: string; kind: 'model' | 'lora' | 'alias'; of?: string; instances: readonly { id: string; healthy: boolean }[] }

/** Models by name, those that are served first. */
export function modelChoices(fleet: Pick<FleetView, 'instances'> | undefined, listings: readonly ModelListing[]): ModelChoice[] {
  const servedBy = new Map<string, { id: string; healthy: boolean }[]>()
  for (const { id, models, health } of fleet?.instances ?? []) {
    for (const model of models) servedBy.set(model, [...(servedBy.get(model) ?? []), { id, healthy: health === 'healthy' }])
  }
  const cards = new Map(listings.map((card) => [card.id, card]))
  const ids = [...new Set([...servedBy.keys(), ...cards.keys()])]
  return ids
    .map((id) => choiceOf(id, cards.get(id), servedBy, cards))
    .sort((a, b) => Number(isServed(b)) - Number(isServed(a)) || a.id.localeCompare(b.id))
}

export function isServed({ instances }: ModelChoice): boolean {
  return instances.some(({ healthy }) => healthy)
}

function choiceOf(id: string, card: ModelListing | undefined, servedBy: ReadonlyMap<string, ModelChoice['instances']>, cards: ReadonlyMap<string, ModelListing>): ModelChoice {
  const own = servedBy.get(id)
  // An engine's own root is a path or the model itself; an alias means another model of the list, and no instance has its name.
  if (own === undefined && card?.root !== undefined && card.root !== id && (servedBy.has(card.root) || cards.has(card.root))) return { id, kind: 'alias', of: card.root, instances: servedBy.get(card.root) ?? [] }
  if (card?.parent) return { id, kind: 'lora', of: card.parent, instances: own ?? servedBy.get(card.parent) ?? [] }
  return { id, kind: 'model', instances: own ?? [] }
}
