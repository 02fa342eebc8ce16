import type { Json } from '@/domain/json'
import { promptPieces } from './flowise-text'
import { addSettingsNote, type Sketch } from './import-sketch'
import { isUnknown, liquidOf } from './import-text'
import { at, number, parsed, record, records, text, type Loose } from './loose'

type Part = { key: string; kind: string; category: string; name: string; inputs: Loose; position: { x: number; y: number } }

const STRETCH = 0.8

/** A chat flow wires parts into chains: each chain or agent is a step here, and its parts are its settings. */
export function importChatflow(raw: readonly Loose[], edges: readonly Loose[], sketch: Sketch): void {
  const parts = raw.map((node): Part => ({ key: text(node.id), kind: text(at(node, 'data', 'name')), category: text(at(node, 'data', 'category')), name: text(at(node, 'data', 'label')) || text(at(node, 'data', 'name')), inputs: record(at(node, 'data', 'inputs')), position: { x: (number(at(node, 'position', 'x')) ?? 0) * STRETCH, y: (number(at(node, 'position', 'y')) ?? 0) * STRETCH } }))
  const into = (part: Part) => edges.filter((edge) => text(edge.target) === part.key).flatMap((edge) => parts.filter(({ key }) => key === text(edge.source)))
  const steps = parts.filter(({ category, kind }) => ['Chains', 'Agents'].includes(category) || /chain$|agent$/i.test(kind))
  const used = new Set(steps)
  const input = sketch.idFor('question', 'input')
  const places = steps.map(({ position }) => position)
  const [left, y] = [Math.min(0, ...places.map(({ x }) => x)), places[0]?.y ?? 0]
  sketch.add(input, 'input', 'Question', { x: left - 300, y }, { schema: { type: 'object', properties: { question: { type: 'string' } }, required: ['question'] } })
  const ids = new Map(steps.map((step) => [step.key, sketch.idFor(step.name, 'agent')]))
  const before = (step: Part): Part[] => chainsIn(step, into, used)
  for (const step of steps) {
    const settings = allParts(step, into, used)
    for (const one of settings) used.add(one)
    addStep(sketch, step, settings, ids)
    const sources = before(step)
    for (const source of sources) sketch.connect({ node: ids.get(source.key)!, handle: 'out' }, ids.get(step.key)!, `${source.name} → ${step.name}`)
    if (sources.length === 0) sketch.connect({ node: input, handle: 'out' }, ids.get(step.key)!)
  }
  const lasts = steps.filter((step) => !steps.some((other) => before(other).includes(step)))
  const output = sketch.idFor('answer', 'output')
  sketch.add(output, 'output', 'Answer', { x: Math.max(0, ...places.map(({ x }) => x)) + 300, y }, lasts.length === 1 ? { value: `{{ steps.${ids.get(lasts[0]!.key)!}.output.text }}` } : {})
  for (const last of lasts) sketch.connect({ node: ids.get(last.key)!, handle: 'out' }, output)
  for (const part of parts.filter((one) => !used.has(one))) {
    if (part.kind !== 'stickyNote') sketch.remark('lost', 'NO_COUNTERPART', part.name, part.kind)
    if (part.kind === 'stickyNote') sketch.add(sketch.idFor('note', 'note'), 'note', 'Note', part.position, { text: text(part.inputs.note) })
    else addSettingsNote(sketch, `${part.name} (${part.kind})`, part.position, part.inputs)
  }
}

/** The chains whose words a step gets, through the parts between. */
function chainsIn(step: Part, into: (part: Part) => Part[], steps: ReadonlySet<Part>, seen = new Set<Part>()): Part[] {
  return into(step).flatMap((part) => {
    if (seen.has(part)) return []
    seen.add(part)
    return ['Chains', 'Agents'].includes(part.category) && steps.has(part) ? [part] : chainsIn(part, into, steps, seen)
  })
}

function allParts(step: Part, into: (part: Part) => Part[], steps: ReadonlySet<Part>, seen = new Set<Part>()): Part[] {
  for (const part of into(step)) {
    if (seen.has(part) || (steps.has(part) && ['Chains', 'Agents'].includes(part.category))) continue
    seen.add(part)
    allParts(part, into, steps, seen)
  }
  return [...seen]
}

function addStep(sketch: Sketch, step: Part, settings: readonly Part[], ids: ReadonlyMap<string, string>): void {
  const model = settings.find(({ category }) => ['Chat Models', 'LLMs'].includes(category))
  const prompt = settings.find(({ category }) => category === 'Prompts')
  const told = new Set([model, prompt])
  const some = (category: RegExp) => settings.filter((part) => category.test(part.category)).map((part) => (told.add(part), part.name))
  const memory = some(/^Memory$/)
  const tools = some(/^Tools/)
  const knowledge = [...some(/^(Vector Stores|Retrievers|Embeddings|Document Loaders|Text Splitters)$/)]
  if (memory.length > 0) sketch.remark('lost', 'MEMORY', step.name)
  if (tools.length > 0) sketch.remark('lost', 'TOOLS', step.name, tools.join(', '))
  if (knowledge.length > 0) sketch.remark('lost', 'KNOWLEDGE', step.name, knowledge.join(', '))
  for (const part of settings) if (!told.has(part)) sketch.remark('lost', 'NO_COUNTERPART', part.name, part.kind)
  const values = record(parsed(prompt?.inputs.promptValues) ?? prompt?.inputs.promptValues)
  const say = (source: unknown) => {
    const pieces = promptPieces(text(source), (name) => valuePath(values[name], ids) ?? `input.${['input', 'question', 'query'].includes(name) ? 'question' : name}`)
    for (const piece of pieces) if (isUnknown(piece)) sketch.remark('todo', 'EXPRESSION', step.name, piece.source)
    return liquidOf(pieces)
  }
  const system = [text(step.inputs.systemMessage), text(step.inputs.systemMessagePrompt), text(prompt?.inputs.systemMessagePrompt)].map(say).filter((one) => one !== '').join('\n\n')
  const asked = say(prompt?.inputs.template ?? prompt?.inputs.humanMessagePrompt)
  const name = text(model?.inputs.modelName) || text(model?.inputs.model)
  if (name !== '') sketch.remark('changed', 'MODEL', step.name, name)
  const temperature = number(model?.inputs.temperature)
  const config: Record<string, Json> = { prompt: asked === '' ? '{{ input.question }}' : asked, ...(system !== '' && { system }), ...(name !== '' && { model: name.slice(0, 200) }), ...(temperature !== undefined && { temperature: Math.min(2, Math.max(0, temperature)) }), retry: { maxAttempts: 1 } }
  sketch.add(ids.get(step.key)! as Parameters<Sketch['add']>[0], 'agent', step.name, step.position, config)
}

function valuePath(value: unknown, ids: ReadonlyMap<string, string>): string | undefined {
  const key = /^\{\{\s*([\w-]+)(?:\.data)?(?:\.instance)?\s*\}\}$/.exec(text(value))?.[1]
  if (key === 'question') return 'input.question'
  const id = key === undefined ? undefined : ids.get(key)
  return id === undefined ? undefined : `steps.${id}.output.text`
}
