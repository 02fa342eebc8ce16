import type { NodeType } from './graph'

/**
 * The paths a text reads, found without running it: `steps.plan.output.text` → ['steps','plan','output','text'], and a root alone.
 * A word-level reading, good enough to warn while typing; the engine reports exactly at run time.
 */
const PATH = /(?<![\w.$])(steps|input|memory|run)((?:\.[A-Za-z_][\w-]*|\[\d+\]|\["[^"\]]+"\]|\['[^'\]]+'\])*)(?![\w$])/g

/** Paths inside the `{{ }}` and `{% %}` of a Liquid template. */
function templatePaths(template: string): string[][] {
  return [...template.matchAll(/\{\{-?([\s\S]*?)-?\}\}|\{%-?([\s\S]*?)-?%\}/g)].flatMap((match) => paths(match[1] ?? match[2] ?? ''))
}

/** Paths in a CEL expression, string literals left out. Calls at the end of a path (`.size()`) are not fields. */
function expressionPaths(expression: string): string[][] {
  return paths(expression)
}

function paths(code: string): string[][] {
  // Keys in brackets stay; other string literals could hold anything.
  const bare = code.replace(/(?<!\[)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?!\])/g, '""')
  return [...bare.matchAll(PATH)].map((match) => {
    const keys = [...match[2]!.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]|\["([^"\]]+)"\]|\['([^'\]]+)'\]/g)].map((part) => part[1] ?? part[2] ?? part[3] ?? part[4] ?? '')
    const isCall = bare[match.index + match[0].length] === '('
    // In CEL `a-b` is a subtraction; a hyphen belongs to a name only in Liquid, where ids may hold one.
    return [match[1]!, ...(isCall ? keys.slice(0, -1) : keys)].filter((key) => !['size', 'first', 'last'].includes(key))
  })
}

/** Fields that hold Liquid, fields that hold CEL, and fields that hold either. */
const TEMPLATES = ['system', 'prompt', 'url', 'body'] as const
const EXPRESSIONS = ['items', 'runIf'] as const
const EITHER = ['value', 'payload', 'input'] as const

/** A template or an expression of a config. `field`: the way to it, `tools.0.run.url`. */
export type CodeText = { field: string; language: 'liquid' | 'cel'; text: string }

/**
 * What is written in a config for the engine to work out, empty texts left out. Code in Python is none.
 * @param type tells the expression of a condition, which is never a template, from that of a transform
 */
export function codeTexts(config: Record<string, unknown>, type?: NodeType): CodeText[] {
  const expression = textsAt(config, ['expression'], type === 'condition' ? 'cel' : undefined)
  const own = [...expression, ...textsAt(config, TEMPLATES, 'liquid'), ...textsAt(config, EXPRESSIONS, 'cel'), ...textsAt(config, EITHER)]
  return [
    ...own, ...within(config, 'headers').flatMap((headers) => textsAt(headers, Object.keys(headers), 'liquid', 'headers')),
    // The input of a sub-workflow may be given field by field.
    ...within(config, 'input').flatMap((input) => textsAt(input, Object.keys(input), undefined, 'input')),
    ...listed(config, 'actions').flatMap(([action, at]) => textsAt(action, ['url', 'selector', 'value', 'name'], 'liquid', at)),
    ...listed(config, 'tools').flatMap(([tool, at]) => within(tool, 'run').flatMap((run) => [
      ...textsAt(run, ['url', 'body'], 'liquid', `${at}.run`), ...within(run, 'headers').flatMap((headers) => textsAt(headers, Object.keys(headers), 'liquid', `${at}.run.headers`)),
    ])),
    ...listed(config, 'remember').flatMap(([wish, at]) => [
      // A key that is no template is a name.
      ...textsAt(wish, ['key'], undefined, at).filter(({ language }) => language === 'liquid'), ...textsAt(wish, ['value'], undefined, at),
    ]),
  ]
}

/** @param language left out: Liquid where the text holds Liquid, else CEL */
function textsAt(values: Record<string, unknown>, fields: readonly string[], language?: CodeText['language'], at?: string): CodeText[] {
  return fields.flatMap((field) => {
    const text = values[field]
    if (typeof text !== 'string' || text.trim() === '') return []
    return [{ field: at === undefined ? field : `${at}.${field}`, language: language ?? (isTemplate(text) ? 'liquid' : 'cel'), text }]
  })
}

function within(values: Record<string, unknown>, field: string): Record<string, unknown>[] {
  const value = values[field]
  return isRecord(value) ? [value] : []
}

function listed(config: Record<string, unknown>, field: string): [entry: Record<string, unknown>, at: string][] {
  const entries = config[field]
  return Array.isArray(entries) ? entries.flatMap((entry: unknown, index) => (isRecord(entry) ? [[entry, `${field}.${index}`] as [Record<string, unknown>, string]] : [])) : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The paths that the texts of a config read, each with its field. What an agent's tool reads as `input` are the arguments of a call. */
export function fieldPaths(config: Record<string, unknown>): { field: string; path: string[] }[] {
  return codeTexts(config).flatMap(({ field, language, text }) => {
    const read = language === 'liquid' ? templatePaths(text) : expressionPaths(text)
    return read.filter(([root]) => root !== 'input' || !field.startsWith('tools.')).map((path) => ({ field, path }))
  })
}

export function eitherPaths(text: string): string[][] {
  return isTemplate(text) ? templatePaths(text) : expressionPaths(text)
}

/** What may be either, as an output's `value` or a transform's `expression`, is Liquid when it holds Liquid, else CEL. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%')
}
