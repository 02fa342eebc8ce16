import type { Intent, PromptTerms } from './prompt-terms'
import { pickOne, shuffled, type Random } from './seeded-random'

/** `{a|은는}` is the term with the particle that its last sound asks for. */
const OPENINGS: Record<Intent, readonly string[]> = {
  summarise: ['{topic|을를} 한마디로 줄이면, 핵심은 {a}입니다.', '요점만 말씀드리면 {topic}에서는 {a|이가} 가장 중요하고 {b|이가} 그다음입니다.'],
  plan: ['{topic|은는} 몇 단계로 나누어 차례로 진행하는 것이 좋습니다.', '먼저 {a|을를} 정한 뒤에 {b|으로} 넘어가는 계획을 제안합니다.'],
  review: ['{topic|을를} {a}의 관점에서 살펴보았고, 전체적으로 타당합니다.', '전반적으로 좋은 내용입니다. {a}에 대한 설명이 분명하고 빠진 부분도 적습니다.'],
  compare: ['{topic}에서 선택지들은 주로 {a|을를} 다루는 방식에서 차이가 납니다.', '나란히 놓고 보면 {a|과와} {b} 사이의 균형을 고르는 문제입니다.'],
  list: ['{topic}에서 눈에 띄는 점을 중요한 순서대로 정리했습니다.', '{topic|과와} 관련해 확인한 내용은 다음과 같습니다.'],
  write: ['{topic|은는} 이제 주변의 문제가 아니라 중심의 문제가 되었고, 그 이유는 {a}에 있습니다.', '{topic|을를} 이야기할 때 흔히 {a|을를} 떠올리지만, {b}까지 보아야 전체가 보입니다.'],
  explain: ['간단히 말해 {topic|은는} 무엇보다 {a}에 달려 있습니다.', '{topic|을를} 이해하려면 먼저 {a|을를} 보고, 그다음에 {b|을를} 보는 것이 좋습니다.'],
}

const BODY: readonly string[] = [
  '{a|은는} 과소평가되기 쉽지만, {b|이가} 움직일 수 있는 범위를 정합니다.',
  '실제로는 {a|이가} 바뀌면 {b}에도 곧 변화가 나타납니다.',
  '{c|이가} 더해지면 비용은 늘지만 확실성은 그만큼 커지지 않습니다.',
  '위험의 대부분은 {b}에 있습니다. 측정하기 가장 어렵고 마지막에 고쳐지는 부분이기 때문입니다.',
  '{a|을를} 그대로 두고 {c|을를} 바꾸어 보면 무엇이 중요한지 알 수 있습니다.',
  '{b}의 근거는 충분하지만, {c|이가} 작았던 환경에서 나온 것이라는 점은 감안해야 합니다.',
  '{c|으로} 무엇을 이루려는지 먼저 적어 두면 이후의 판단이 쉬워집니다.',
]

const POINTS: readonly string[] = [
  '**{a}**: 나머지의 바탕이 되므로 가장 먼저 정합니다.',
  '**{b}**: 지금까지의 결과가 좋으므로 그대로 유지합니다.',
  '**{c}**: 약한 부분이므로 지표 하나를 정해 매주 확인합니다.',
  '**범위**: {a|은는} 포함하고, {c}에만 관련된 것은 제외합니다.',
  '**점검**: 같은 조건에서 {b|을를} 전후로 비교합니다.',
  '**다음 단계**: {a|을를} 기한이 있는 작은 실험으로 만듭니다.',
]

const CLOSINGS: readonly string[] = [
  '한 가지만 한다면 {a|을를} 권합니다.',
  '정리하면, {a|으로} 시작해 {b|을를} 측정하고 결과가 나온 뒤 {c|을를} 다시 보는 것이 좋습니다.',
  '이 정도면 {topic|을를} 진행하기에 충분합니다.',
]

/** Some sentences in Korean, sometimes with a list between them. */
export function koreanAnswer(terms: PromptTerms, toolResults: readonly string[], random: Random): string {
  const fill = filler(terms)
  const body = shuffled(BODY, random).map(fill)
  const lead = terms.role !== undefined && random() < 0.6 ? `${withParticle(terms.role, '으로')}서 말씀드립니다. ` : ''
  const paragraphs = [`${lead}${fill(pickOne(OPENINGS[terms.intent], random))} ${body[0]}`]
  for (const result of toolResults.slice(-2)) {
    paragraphs.push(`도구의 결과는 다음과 같습니다: ${result.replace(/\s+/g, ' ').trim().slice(0, 160)}`)
  }
  if (['plan', 'list', 'compare'].includes(terms.intent) || random() < 0.4) {
    const points = shuffled(POINTS, random).slice(0, 3).map(fill)
    paragraphs.push(points.map((point, i) => `${terms.intent === 'plan' ? `${i + 1}.` : '-'} ${point}`).join('\n'))
  } else {
    paragraphs.push(body.slice(1, 3).join(' '))
  }
  paragraphs.push(fill(pickOne(CLOSINGS, random)))
  return paragraphs.join('\n\n')
}

/** A sentence for a text field of a structured answer. */
export function koreanSentence(terms: PromptTerms, random: Random): string {
  return filler(terms)(pickOne(BODY, random))
}

function filler({ terms, topic }: PromptTerms): (template: string) => string {
  const values: Record<string, string> = { a: terms[0] as string, b: terms[1] ?? '결과', c: terms[2] ?? '필요한 노력', topic }
  return (template) =>
    template.replace(/\{(\w+)(?:\|([^}]+))?\}/g, (whole, name: string, particle: string | undefined) => {
      const value = values[name] ?? whole
      return particle === undefined ? value : withParticle(value, particle)
    })
}

const PARTICLES: Record<string, readonly [closed: string, open: string]> = {
  은는: ['은', '는'],
  이가: ['이', '가'],
  을를: ['을', '를'],
  과와: ['과', '와'],
  으로: ['으로', '로'],
}

/** The noun with its particle: 학교가, 책이; after ㄹ it is 로, not 으로. */
export function withParticle(noun: string, particle: string): string {
  const pair = PARTICLES[particle]
  if (!pair) return noun + particle
  const code = noun.charCodeAt(noun.length - 1)
  const isHangul = code >= 0xac00 && code <= 0xd7a3
  const final = isHangul ? (code - 0xac00) % 28 : /[lmnrbcdgkpt013678]$/i.test(noun) ? 1 : 0
  const closed = final !== 0 && !(particle === '으로' && final === 8)
  return noun + (closed ? pair[0] : pair[1])
}
