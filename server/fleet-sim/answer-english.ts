import type { Intent, PromptTerms } from './prompt-terms'
import { pickOne, shuffled, type Random } from './seeded-random'

/** `{topic}`, `{role}`, and `{a}`, `{b}`, `{c}` for the prompt's most telling terms. */
const OPENINGS: Record<Intent, readonly string[]> = {
  summarise: [
    'In short, {topic} comes down to {a} and the link to {b}.',
    'Here is the gist of {topic}: first of all {a}, with {b} close behind.',
    'The material on {topic} makes one main point: without {a} there would be no {b}.',
  ],
  plan: [
    'The work on {topic} splits into a few parts that can be done one after the other.',
    'I would approach {topic} in small steps, with {a} settled before anything is done about {b}.',
    'A workable plan for {topic} starts with {a} and leaves {b} for later.',
  ],
  review: [
    'I read the material on {topic} with an eye on {a}; on the whole it holds up.',
    'Overall this is sound: the treatment of {a} is clear, and {topic} is covered.',
    'The case made for {topic} is convincing, with two points on {b} that deserve another look.',
  ],
  compare: [
    'The options for {topic} differ mainly in how they handle {a}.',
    'Seen side by side, the choice about {topic} is a trade between {a} and {b}.',
    'Neither side wins outright on {topic}; it depends on how much weight you give to {a}.',
  ],
  list: [
    'These are the points on {topic} that stand out.',
    'Looking at {topic}, I find the following, the most important first.',
    'The list for {topic} is short, because most of it has to do with {a}.',
  ],
  write: [
    'Few subjects reward a closer look as much as {topic}.',
    'Those who speak of {topic} usually mean {a}; the fuller picture includes {b}.',
    'The question of {topic} has moved from the side to the centre, and the reason lies in {a}.',
  ],
  explain: [
    'The short answer to the question of {topic}: look at {a} before anything else.',
    'To understand {topic}, it helps to look at {a} first and at {b} second.',
    'There are two sides to {topic}: what can be gained from {a}, and what has to be paid for {b}.',
  ],
}

const BODY: readonly string[] = [
  'The role of {a} is easy to underrate: that is where the limits for {b} are set.',
  'In practice a change in {a} shows up in {b} within a short time.',
  'With {c} in the picture things shift, because effort goes up and certainty hardly does.',
  'Most of the risk sits in {b}; it is the part that is hardest to measure and the last to be fixed.',
  'A simple check is to hold {a} fixed and vary {c}: if the result barely moves, look to {b} instead.',
  'Teams that get this right tend to treat {a} as a decision, not as a default.',
  'The evidence for {b} is good, though it comes from settings with little {c}.',
  'It also helps to write down early what to expect of {c}, so that later choices can be judged by it.',
  'Small improvements to {a} add up, whereas a single large effort on {c} rarely pays off.',
  'One caveat concerns {c}: the figures vary between sources, and the range matters more than the mean.',
]

const POINTS: readonly string[] = [
  '**{A}**: settle this first, since the rest builds on it.',
  '**{B}**: good results so far, and worth keeping as it is.',
  '**{C}**: the weak spot; agree on one measure and follow it weekly.',
  '**Scope**: include {a}, and leave out what only touches {c}.',
  '**Check**: compare {b} before and after, with the same inputs.',
  '**Effort**: most of the time goes to {c}, most of the attention to {a}.',
  '**Owner**: one person decides on {b}; everyone else is heard.',
  '**Next**: turn {a} into a small experiment with a fixed end date.',
]

const CLOSINGS: readonly string[] = [
  'If there is time for one thing only, choose {a}.',
  'My recommendation: begin with {a}, measure {b}, and revisit {c} once there are results.',
  'Taken together, this is enough to move on with {topic}.',
  'What stays open has to do with {c}; everything else can be decided today.',
  'Approved from my side, with a follow-up on {b}.',
]

/** Three to six sentences, sometimes with a list between them. */
export function englishAnswer(terms: PromptTerms, toolResults: readonly string[], random: Random): string {
  const fill = filler(terms)
  const opening = fill(pickOne(OPENINGS[terms.intent], random))
  const paragraphs: string[] = []
  const lead = terms.role !== undefined && random() < 0.6 ? `Speaking as ${withArticle(terms.role)}: ` : ''
  const body = shuffled(BODY, random).map(fill)
  const listed = ['plan', 'list', 'compare'].includes(terms.intent) || random() < 0.4
  paragraphs.push([lead + (lead ? lowerFirst(opening) : opening), ...body.slice(0, listed ? 1 : 2)].join(' '))
  for (const result of toolResults.slice(-2)) paragraphs.push(`The tool returned: ${excerpt(result)}. I have taken that into account.`)
  if (listed) {
    const numbered = terms.intent === 'plan'
    const points = shuffled(POINTS, random).slice(0, 3 + Math.floor(random() * 2)).map(fill)
    paragraphs.push(points.map((point, i) => `${numbered ? `${i + 1}.` : '-'} ${point}`).join('\n'))
  } else {
    paragraphs.push(body.slice(2, 3 + Math.floor(random() * 3)).join(' '))
  }
  const closings = terms.intent === 'review' ? CLOSINGS : CLOSINGS.slice(0, 4)
  paragraphs.push(fill(pickOne(closings, random)))
  return paragraphs.join('\n\n')
}

/** A sentence or two for a text field of a structured answer. */
export function englishSentence(terms: PromptTerms, random: Random): string {
  return filler(terms)(pickOne([...BODY, ...OPENINGS[terms.intent]], random))
}

function filler({ terms, topic, role }: PromptTerms): (template: string) => string {
  const a = terms[0] as string
  const b = terms[1] ?? 'quality'
  const c = terms[2] ?? 'cost'
  const values: Record<string, string> = { a, b, c, topic, role: role ?? 'assistant' }
  return (template) => {
    const text = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name.toLowerCase()] ?? whole
      return /^[A-Z]/.test(name) ? upperFirst(value) : value
    })
    return upperFirst(text)
  }
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/[.]$/, '')
  return line.length > 160 ? `${line.slice(0, 157)}...` : line
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function lowerFirst(text: string): string {
  return /^(I |[A-Z]{2})/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
}
