/** What an answer takes up from a prompt: its language, its topic, its words, the role of the speaker. */
export type PromptTerms = {
  korean: boolean
  /** Words and short phrases, the most telling first; never empty. */
  terms: string[]
  /** What the request is about, a noun phrase of at most some ten words. */
  topic: string
  /** "security reviewer" from "You are a security reviewer"; undefined when none is named. */
  role: string | undefined
  intent: Intent
}

export type Intent = 'summarise' | 'plan' | 'review' | 'compare' | 'list' | 'write' | 'explain'

const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can could did do does doing down during each every few following for from further given had has have having he her here hers him his how i if in into is it its just keep let like make may me more most must my need no nor not now of off on once one only or other our out over own per please same she should so some such than that the their them then there these they this those through to too two under until up upon use used using very was we well were what when where which while who whom why will with within would you your yours answer answers question reply respond response return write provide give short sentence sentences paragraph paragraphs word words step steps using user assistant system json list summarize summarise describe explain review compare plan agent task context input output based following text three four five first second next last new true false null make sure get got many much yes want wants decide decides stores store sends send reduce reduces improve improves increase increases runs run takes take shows show helps help causes affect affects evaluate assess makes please careful careful critically design designed good better best including include includes consider given everyone anything everything something look looks works work classify classified suggest suggests draft drafts generate produce prepare create compose research propose extract find identify translate merge combine article note notes following given attached rank score`
    .split(/\s+/),
)
const KOREAN_STOP = new Set('그리고 그러나 하지만 또는 있는 없는 하는 대한 대해 대해서 위한 위해 통해 이것 저것 그것 다음 아래 위의 당신은 당신 저는 우리 있습니다 합니다 주세요 해주세요 해줘 답변 질문 작성 설명 요약 어떻게 무엇 무엇인가요 왜 및 수 것 등 더 이를 모두 각각 주십시오 하세요 입니다'.split(' '))
const PARTICLE = /(?:으로부터|에서는|으로는|에게는|이라는|에서|에게|으로|까지|부터|처럼|보다|마다|이나|라는|에는|과의|와의|은|는|이|가|을|를|의|에|와|과|도|로|만)$/

const INTENTS: [Intent, RegExp][] = [
  ['summarise', /\b(summar(y|ise|ize)|tl;?dr|condense|brief|digest)\b|요약|정리/i],
  ['review', /\b(review|critiqu|criticis|criticiz|check|verify|audit|assess|evaluat|approve|judge|fact-check)\w*|검토|평가|확인|비평|승인/i],
  ['compare', /\b(compar|versus|vs\.?|trade-?offs?|differen|pros and cons)\w*|비교|장단점|차이/i],
  ['plan', /\b(plan|roadmap|break (it |this )?down|outline|steps? to|strategy|subtasks?)\b|계획|단계|전략|로드맵|개요/i],
  ['list', /\b(list|enumerate|extract|identify|brainstorm|bullet)\b|나열|목록|추출|찾아/i],
  ['write', /\b(write|draft|compose|rewrite|edit|polish)\b|써 ?줘|작성|초안|글을/i],
]

/**
 * @param system the system text, '' for none
 * @param user the last user message
 */
export function promptTermsOf(system: string, user: string): PromptTerms {
  // Marks of emphasis and code are no words.
  const text = (user.trim() || system.trim()).replaceAll(/\*\*|__|`+/g, ' ')
  const named = /^[ \t]*(?:topic|subject|theme|goal|주제|목표)[ \t]*[:：][ \t]*(.{2,200})$/im.exec(text)?.[1]
  const hangul = text.match(/[\uac00-\ud7a3]/g)?.length ?? 0
  const latin = text.match(/[A-Za-z]/g)?.length ?? 0
  const korean = hangul * 2.5 > latin && hangul > 0
  const question = mainSentence(text)
  const unlabelled = text.slice(0, 20_000).replace(/^[#>*\- \t]*[A-Za-z][\w ]{0,24}:(?=\s|$)/gm, '')
  const all = korean ? koreanTerms(text, question) : englishTerms(unlabelled, question.replace(/^\w[\w ]{0,24}:\s/, ''))
  const intent = INTENTS.find(([, pattern]) => pattern.test(question))?.[0] ?? 'explain'
  const fallback = korean ? '이 주제' : 'this request'
  const topic = topicOf(named ?? question, korean) || (all[0] ?? fallback)
  // "Look at X to understand X" says nothing: a term that is the topic gives way to the others.
  const others = all.filter((term) => term.toLowerCase() !== topic.toLowerCase())
  const terms = others.length >= 3 ? others : [...others, ...all.filter((term) => !others.includes(term))]
  if (terms.length === 0) terms.push(fallback)
  return { korean, terms, topic, role: roleOf(system, korean), intent }
}

/** A sentence that opens with what is to be done. */
const ORDER = /^(?:please )?(?:write|draft|compose|create|make|give|provide|produce|prepare|list|plan|review|summari[sz]e|compare|explain|describe|find|extract|check|design|suggest|propose|research|analy[sz]e|answer|outline|decide|evaluate|assess|name|classify|generate|translate|merge|combine|identify|rank|score|improve|rewrite|edit)\b/i

/** The sentence that asks: the last one with a question mark, else the first that opens with a verb, else the first. */
function mainSentence(text: string): string {
  const sentences = text.slice(0, 20_000).split(/(?<=[.!?。？])\s+|\n+/).map((s) => s.replace(/^[#>*\-\s]+/, '').trim()).filter((s) => s.length > 3 && !s.endsWith(':'))
  const asks = sentences.filter((s) => /[?？]$/.test(s)).at(-1)
  const orders = sentences.find((s) => ORDER.test(s) || /(주세요|하세요|하라|해줘|십시오)[.!]?$/.test(s))
  return asks ?? orders ?? sentences[0] ?? text.slice(0, 200)
}

function topicOf(question: string, korean: boolean): string {
  if (korean) {
    const about = /^(.{2,40}?)(?:에 대해서?|에 관해서?|에 관한|의 (?:장단점|특징|이유))/.exec(question)?.[1]
    const object = /^(.{2,40}?)[을를] /.exec(question)?.[1]
    return (about ?? object ?? question.replace(/[.?!]$/, '').split(/\s+/).slice(0, 4).join(' ').replace(PARTICLE, '')).trim()
  }
  // "How does X do Y": a clause, of which no noun phrase can be cut; the leading term stands for it.
  if (/^(how|why|when|where|does|do|is|are|can|should|would|will)\b/i.test(question)) return ''
  const cut = question
    .replace(/^(please|can you|could you|would you|i want you to|you should|your task is to|task:|topic:|question:|request:)\s*/i, '')
    .replace(/^(what|which|who) (is|are|was|were|makes?|does|do|should|would)\s+/i, '')
    .replace(ORDER, '')
    .replace(/^\s*(me |us )?(on |about |for )?/i, '')
    .replace(/^(a|an|the|some|this|these|its?)\s+/i, '')
    .replace(/^(following|given|attached|above|provided)\s+/i, '')
    .replace(/^((short|brief|concise|detailed|clear|one-paragraph|\w+-sentence|\w+-word|two|three|four|five|one|\d+)\s+)*(summary|overview|list|plan|report|article|explanation|description|analysis|outline|review|answer|paragraph|notes?|points?|reasons?)\s+(of|about|on|for|why|to)\s+/i, '')
    .replace(/^(a|an|the|whether|how|why|two|three|four|five|six|seven|ten|\d+)\s+/i, '')
    .replace(/^\w[\w ]{0,24}:\s*/, '')
  const words = cut.split(/[.;:!?]|,\s|\s(?:in (?:one|two|three|\d+)|so that|and (?:then|suggest|write|name|list|give|explain|decide|propose|describe|return|say|check)|using|based on)\s/i)[0]?.trim().split(/\s+/).slice(0, 9) ?? []
  while (words.length > 1 && STOP_WORDS.has((words.at(-1) as string).toLowerCase())) words.pop()
  return words.join(' ')
}

function roleOf(system: string, korean: boolean): string | undefined {
  const english = /\byou are (?:an? |the |our )?([a-z][a-z0-9 -]{2,48}?)(?=[.,;:!\n]|\s(?:who|that|for|in|of|on|with|working|and|at|at|helping)\b|$)/i.exec(system)?.[1]
  const inKorean = /당신은\s+(.{2,24}?)(?:입니다|이다|로서|으로서|[.,\n]|$)/.exec(system)?.[1]
  return korean ? (inKorean ?? english) : english
}

function englishTerms(text: string, question: string): string[] {
  const scores = new Map<string, number>()
  const shown = new Map<string, string>()
  const count = (phrase: string, weight: number): void => {
    const key = phrase.toLowerCase()
    scores.set(key, (scores.get(key) ?? 0) + weight)
    if (!shown.has(key)) shown.set(key, phrase)
  }
  const add = (source: string, weight: number): void => {
    for (const run of plainOpenings(source).slice(0, 20_000).split(/[^A-Za-z0-9\u00c0-\u024f\uac00-\ud7a3' -]+/)) {
      const words = run.split(/\s+/)
      words.forEach((word, i) => {
        if (!isTelling(word)) return
        count(word, weight)
        const next = words[i + 1]
        if (next !== undefined && isTelling(next)) count(`${word} ${next}`, weight * 1.6)
      })
    }
  }
  add(text, 1)
  add(question, 3)
  return distinct([...scores].sort((a, b) => b[1] - a[1]).map(([key]) => shown.get(key) as string))
}

/** Sentence openings in lower case, unless the word is a name: written large within a sentence too. */
function plainOpenings(text: string): string {
  return text.replace(/(^|[.!?:]\s+|\n\s*(?:[-*#>]+\s*)?)([A-Z][a-z]+)(?=[\s,.:;!?]|$)/g, (whole, before: string, word: string) =>
    new RegExp(`[a-z,] ${word}\\b`).test(text) ? whole : before + word.toLowerCase(),
  )
}

function isTelling(word: string): boolean {
  return word.length > 2 && !/^\d+$/.test(word) && !/^['-]|['-]$/.test(word) && !STOP_WORDS.has(word.toLowerCase())
}

function koreanTerms(text: string, question: string): string[] {
  const scores = new Map<string, number>()
  const add = (source: string, weight: number): void => {
    for (const raw of source.slice(0, 20_000).match(/[\uac00-\ud7a3A-Za-z0-9]+/g) ?? []) {
      const word = raw.length > 2 ? raw.replace(PARTICLE, '') : raw
      if (word.length < 2 || KOREAN_STOP.has(word) || KOREAN_STOP.has(raw) || /(다|요|시오|라|고|며|면|서|줘|게|한|할|하는|된|되는)$/.test(word)) continue
      scores.set(word, (scores.get(word) ?? 0) + weight)
    }
  }
  add(text, 1)
  add(question, 3)
  return distinct([...scores].sort((a, b) => b[1] - a[1]).map(([word]) => word))
}

/** Drops a term that stands inside one kept before it, or contains one. */
function distinct(ranked: readonly string[]): string[] {
  const kept: string[] = []
  for (const term of ranked) {
    const key = term.toLowerCase()
    if (kept.some((other) => overlaps(other.toLowerCase(), key))) continue
    kept.push(term)
    if (kept.length === 10) break
  }
  return kept
}

function overlaps(one: string, other: string): boolean {
  const words = one.split(' ')
  return other.split(' ').some((word) => words.includes(word))
}
