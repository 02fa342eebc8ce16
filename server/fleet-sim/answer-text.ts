import { englishAnswer } from './answer-english'
import { koreanAnswer } from './answer-korean'
import type { PromptTerms } from './prompt-terms'
import { seededRandom } from './seeded-random'
import { encode } from './sim-tokenizer'

export type AnswerOptions = {
  terms: PromptTerms
  /** What tools answered since the last user message. */
  toolResults: readonly string[]
  seed: number
  /** Tokens that the answer must at least have (`min_tokens`, or `max_tokens` under `ignore_eos`). */
  atLeastTokens: number
}

/** An answer without a model behind it: sentences from a fixed stock, filled with the prompt's own words; 60 to 220 tokens. */
export function composeAnswer({ terms, toolResults, seed, atLeastTokens }: AnswerOptions): string {
  const write = terms.korean ? koreanAnswer : englishAnswer
  const random = seededRandom(seed)
  let text = write(terms, toolResults, random)
  while (atLeastTokens > 0 && encode(text).length < atLeastTokens) text += `\n\n${write(terms, [], random)}`
  return text
}
