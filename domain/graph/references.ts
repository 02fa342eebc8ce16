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
const EITHER = ['expression', 'value', 'payload', 'input'] as const

/** The paths that the fields of a config read, each with its field. Code in Python is no field of this kind. */
export function fieldPaths(config: Record<string, unknown>): { field: string; path: string[] }[] {
  const read = (fields: readonly string[], pathsIn: (text: string) => string[][]) =>
    fields.flatMap((field) => (typeof config[field] === 'string' ? pathsIn(config[field]).map((path) => ({ field, path })) : []))
  return [...read(TEMPLATES, templatePaths), ...read(EXPRESSIONS, expressionPaths), ...read(EITHER, eitherPaths), ...fieldsOfInput(config.input), ...fieldsOfTools(config.tools), ...fieldsOfActions(config.actions)]
}

/** The input of a sub-workflow may be given field by field. */
function fieldsOfInput(input: unknown): { field: string; path: string[] }[] {
  if (typeof input !== 'object' || input === null) return []
  return Object.values(input).flatMap((text) => (typeof text === 'string' ? eitherPaths(text).map((path) => ({ field: 'input', path })) : []))
}

/** Templates of what is done in a page. */
function fieldsOfActions(actions: unknown): { field: string; path: string[] }[] {
  if (!Array.isArray(actions)) return []
  const texts = actions.flatMap((action: unknown) => (typeof action === 'object' && action !== null ? Object.values(action) : []))
  return texts.flatMap((text) => (typeof text === 'string' ? templatePaths(text).map((path) => ({ field: 'actions', path })) : []))
}

/** Templates of an agent's tools; what they read as `input` are the arguments of a call. */
function fieldsOfTools(tools: unknown): { field: string; path: string[] }[] {
  if (!Array.isArray(tools)) return []
  return tools.flatMap((tool: unknown) => {
    const run = typeof tool === 'object' && tool !== null && 'run' in tool ? tool.run : undefined
    if (typeof run !== 'object' || run === null) return []
    const texts = ['url', 'body'].map((field) => (run as Record<string, unknown>)[field])
    return texts.flatMap((text) => (typeof text === 'string' ? templatePaths(text).filter(([root]) => root !== 'input').map((path) => ({ field: 'tools', path })) : []))
  })
}

export function eitherPaths(text: string): string[][] {
  return isTemplate(text) ? templatePaths(text) : expressionPaths(text)
}

/** What may be either, as an output's `value` or a transform's `expression`, is Liquid when it holds Liquid, else CEL. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%')
}
