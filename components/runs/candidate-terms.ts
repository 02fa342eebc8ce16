import type { Candidate } from '@/domain/route/candidate'

/** How a term is written, and whether an instance is better off with less of it. */
const TERMS = {
  runs: ['count', 'less'],
  slowness: ['times', 'less'],
  claimShare: ['share', 'less'],
  kvShare: ['share', 'less'],
  uncachedTokens: ['count', 'less'],
  cachedTokens: ['count', 'more'],
  load: ['count', 'less'],
  expectedMs: ['duration', 'less'],
  score: ['score', 'more'],
  prefixScore: ['score', 'more'],
  queueScore: ['score', 'more'],
  kvScore: ['score', 'more'],
  cost: ['count', 'less'],
  aheadBlocks: ['count', 'less'],
  newBlocks: ['count', 'less'],
  heldBlocks: ['count', 'less'],
  treeBlocks: ['count', 'less'],
} as const satisfies Record<string, readonly [unit: 'count' | 'times' | 'share' | 'duration' | 'score', better: 'less' | 'more']>

export type TermName = keyof typeof TERMS
export type TermUnit = (typeof TERMS)[TermName][0]
export type TermBar = { instanceId: string; /** Not told of this instance: undefined. */ value: number | undefined; /** 0..1 of the axis. */ share: number }
export type Term = { name: string; /** Undefined: a word of a policy that this program does not know. */ known: TermName | undefined; unit: TermUnit; better: 'less' | 'more' | undefined; bars: TermBar[] }

/** The terms of a decision, each with what it was at every candidate: what the policy weighed, then what it met there. */
export function termsOf(candidates: readonly Candidate[]): Term[] {
  const names = new Set(candidates.flatMap(({ terms }) => Object.keys(terms ?? {})))
  if (!names.has('uncachedTokens')) names.add('cachedTokens')
  names.add('load')
  if (candidates.some(({ expectedMs }) => expectedMs !== undefined)) names.add('expectedMs')
  return [...names].map((name) => {
    const known = isKnown(name) ? name : undefined
    const [unit, better] = known ? TERMS[known] : (['score', undefined] as const)
    const values = candidates.map((candidate) => valueOf(candidate, name))
    // A share is one of something: full is the end of its axis, whatever the others have.
    const most = Math.max(unit === 'share' ? 1 : 0, ...values.map((value) => value ?? 0))
    const bars = candidates.map(({ instanceId }, index) => ({ instanceId, value: values[index], share: most > 0 ? Math.max(0, values[index] ?? 0) / most : 0 }))
    return { name, known, unit, better, bars }
  })
}

function valueOf(candidate: Candidate, name: string): number | undefined {
  if (name === 'cachedTokens' || name === 'load' || name === 'expectedMs') return candidate[name]
  const { terms } = candidate
  return terms && Object.hasOwn(terms, name) ? terms[name] : undefined
}

function isKnown(name: string): name is TermName {
  return Object.hasOwn(TERMS, name)
}
