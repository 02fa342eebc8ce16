/** Comparisons as Liquid says them, all or any of them. */
export type Condition = string | { word: 'and' | 'or'; parts: Condition[] }

/**
 * Liquid knows no parentheses and reads from the right: `a and b or c` is `a and (b or c)`. So of the parts of one word only
 * the last may be made of others. @returns undefined where that cannot be
 */
export function said(condition: Condition | undefined): string | undefined {
  if (condition === undefined || typeof condition === 'string') return condition
  const parts = condition.parts.flatMap((part) => (typeof part !== 'string' && part.word === condition.word ? part.parts : [part]))
  const made = parts.filter((part) => typeof part !== 'string')
  if (made.length > 1) return undefined
  const all = [...parts.filter((part) => typeof part === 'string'), ...made].map(said)
  return all.some((one) => one === undefined) ? undefined : all.join(` ${condition.word} `)
}

/**
 * Whether a value counts as true: what is empty does not, where these expressions come from.
 * @param exact whether zero is false too, as it is there; in a row of alternatives there may be no place to say so
 */
export function truth(value: string | undefined, exact: boolean): Condition | undefined {
  if (value === 'nil') return 'false'
  if (value === undefined || ['true', 'false', 'forloop.first', 'forloop.last'].includes(value)) return value
  if (value.endsWith('.size')) return `${value} > 0`
  return exact ? { word: 'and', parts: [`${value} != blank`, `${value} != 0`] } : `${value} != blank`
}

export function allOf(word: 'and' | 'or', parts: readonly (Condition | undefined)[]): Condition | undefined {
  return parts.some((part) => part === undefined) ? undefined : { word, parts: parts as Condition[] }
}

export function negated(condition: Condition | undefined): Condition | undefined {
  if (condition === undefined) return undefined
  if (typeof condition !== 'string') return allOf(condition.word === 'and' ? 'or' : 'and', condition.parts.map(negated))
  if (condition.startsWith('not ')) return condition.slice(4)
  return / != (blank|nil|0)$/.test(condition) ? condition.replace(/ != (\w+)$/, ' == $1') : `not ${condition}`
}
