import { takeApart, pathOf, type Piece } from './import-text'
import { jsCel } from './js-cel'
import { parseJs } from './js-expression'
import { jsLiquid, liquidChain } from './js-liquid'
import { jsPath, type JsScope, type ReadNode } from './js-path'
import { text } from './loose'

/** Braces within it come in pairs; where they do not, it is one that nobody understands. */
const EXPRESSION = new RegExp(String.raw`\{\{(${paired(4)}*?)\}\}|\{\{(?:(?!\{\{)[\s\S])*?\}\}`, 'g')

function paired(depth: number): string {
  return depth === 0 ? '[^{}]' : String.raw`(?:[^{}]|\{${paired(depth - 1)}*\})`
}

/** A parameter: text, or after a `=` text with expressions in it. @param here the node whose data arrives; undefined: none does */
export function n8nPieces(parameter: unknown, here: string | undefined, read: ReadNode): Piece[] {
  const source = text(parameter)
  if (!source.startsWith('=')) return source === '' ? [] : [{ kind: 'text', text: source }]
  return takeApart(source.slice(1), EXPRESSION, (match) => (match[1] === undefined ? undefined : valueOf(match[1].trim(), { here, read, locals: new Map() })))
}

function valueOf(code: string, scope: JsScope): Piece | undefined {
  const expression = parseJs(code)
  if (!expression) return undefined
  if (expression.kind === 'literal') return { kind: 'text', text: expression.value === null ? '' : String(expression.value) }
  const path = jsPath(expression, scope)
  if (path !== undefined) return { kind: 'value', path, filters: [] }
  const cel = jsCel(expression, scope)
  const [base, ...filters] = liquidChain(expression, scope) ?? []
  if (base !== undefined) return { kind: 'value', path: base, filters, ...(cel !== undefined && { cel }) }
  const [liquid, json] = [jsLiquid(expression, scope, 'text'), jsLiquid(expression, scope, 'json')]
  return liquid === undefined || json === undefined ? undefined : { kind: 'made', liquid, json, ...(cel !== undefined && { cel }) }
}

/** n8n's fields of what a model gives: the text goes by several names. */
export function answerPath(id: string, keys: readonly string[], structured: boolean): string | undefined {
  if (keys.length === 0) return `steps.${id}.output`
  const [first, ...rest] = keys.filter((key) => !/^\d+$/.test(key))
  const told = ['output', 'text', 'content', 'message', 'response', 'answer'].includes(first!)
  if (!told) return structured ? pathOf(`steps.${id}.output.json`, keys) : undefined
  const fields = rest.filter((key) => !['content', 'text', 'message'].includes(key))
  if (fields.length > 0) return structured ? pathOf(`steps.${id}.output.json`, fields) : undefined
  return structured && first === 'output' ? `steps.${id}.output.json` : `steps.${id}.output.text`
}
