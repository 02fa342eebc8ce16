import { createStore, type StoreApi } from 'zustand'
import type { CodeText } from '@/domain/graph/references'
import type { TextFault } from '@/domain/graph/text-fault'
import { MOST_TEXTS } from '@/wire/preview'

type Written = Pick<CodeText, 'language' | 'text'>
/** By text; those that are in order are not in it. */
export type TextFaults = ReadonlyMap<string, TextFault>
export type AskFaults = (texts: Written[]) => Promise<readonly (TextFault | null)[]>
type Kept = { faults: StoreApi<TextFaults>; known: Set<string> }

const kept = new WeakMap<object, Kept>()

export const keyOfText = ({ language, text }: Written): string => `${language} ${text}`

/** @param editor whose texts they are; what is known of them goes with it */
export function textFaults(editor: object): StoreApi<TextFaults> {
  return keptOf(editor).faults
}

/** Asks about texts that nothing is known of yet. What is known of others is forgotten: somebody wrote over them. */
export async function learnFaults(editor: object, texts: readonly Written[], ask: AskFaults): Promise<void> {
  const { faults, known } = keptOf(editor)
  const wanted = new Map(texts.map((text) => [keyOfText(text), text]))
  const open = [...wanted].filter(([key]) => !known.has(key))
  if (open.length === 0) return
  const found = new Map([...faults.getState()].filter(([key]) => wanted.has(key)))
  for (let at = 0; at < open.length; at += MOST_TEXTS) {
    const some = open.slice(at, at + MOST_TEXTS)
    const answers = await ask(some.map(([, { language, text }]) => ({ language, text })))
    some.forEach(([key], index) => answers[index] && found.set(key, answers[index]))
  }
  known.clear()
  for (const key of wanted.keys()) known.add(key)
  if (!sameFaults(found, faults.getState())) faults.setState(found, true)
}

/** Where all is in order, nobody has to look at the graph again. */
function sameFaults(one: TextFaults, other: TextFaults): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key))
}

function keptOf(editor: object): Kept {
  const found = kept.get(editor) ?? { faults: createStore<TextFaults>()(() => new Map()), known: new Set<string>() }
  kept.set(editor, found)
  return found
}
