import type { DifyVariable } from './dify-level'
import type { Sketch } from './import-sketch'
import { at, parsed, records, text, type Loose } from './loose'

/** As many as one node remembers. */
const MOST = 20

/** Variables of the conversation, and those of the environment that are no secrets. */
export function difyVariables(file: Loose, sketch: Sketch): DifyVariable[] {
  const [conversation, environment] = ['conversation_variables', 'environment_variables'].map((list) => records(at(file, 'workflow', list)).filter((one) => text(one.name) !== '')) as [Loose[], Loose[]]
  const isSecret = (one: Loose) => text(one.value_type) === 'secret'
  const told = (list: readonly Loose[]) => list.map((one) => text(one.name)).join(', ')
  if (environment.some(isSecret)) sketch.remark('todo', 'CREDENTIAL', undefined, told(environment.filter(isSecret)))
  const found = [...conversation.map((one) => variable('conversation', one)), ...environment.filter((one) => !isSecret(one)).map((one) => variable('env', one))]
  const kept = found.filter(({ key }) => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(key))
  if (kept.length > 0) sketch.remark('changed', 'STATE', undefined, kept.slice(0, MOST).map(({ name }) => name).join(', '))
  const lost = [...found.filter((one) => !kept.includes(one)), ...kept.slice(MOST)]
  if (lost.length > 0) sketch.remark('todo', 'STATE', undefined, lost.map(({ name }) => name).join(', '))
  return kept.slice(0, MOST)
}

function variable(place: DifyVariable['place'], one: Loose): DifyVariable {
  const name = text(one.name)
  const type = text(one.value_type)
  return { place, name, key: place === 'env' ? `env_${name}` : name, value: type === 'string' ? text(one.value) : (parsed(one.value) ?? null) }
}
