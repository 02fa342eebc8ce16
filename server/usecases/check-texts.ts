import type { TextFault } from '@/domain/graph/text-fault'
import type { WrittenText } from '@/server/ports/templates'
import { authorise, type Actor } from './actor'
import type { Proofread } from './issues-of-graph'

/** What is wrong with each of the texts that somebody is writing; null: nothing. */
export function checkTexts({ proofreader }: Proofread) {
  return async (actor: Actor, texts: readonly WrittenText[]): Promise<(TextFault | null)[]> => {
    authorise(actor, 'workflows.read')
    return Promise.all(texts.map(async (text) => (await proofreader.check(text)) ?? null))
  }
}
