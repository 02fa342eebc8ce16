/**
 * The paths a text reads, found without running it: `steps.plan.output.text` → ['steps','plan','output','text'].
 * A word-level reading, good enough to warn while typing; the engine reports exactly at run time.
 */
const PATH = /(?<![\w.$])(steps|input|memory|run)((?:\.[A-Za-z_][\w-]*|\[\d+\]|\["[^"\]]+"\]|\['[^'\]]+'\])+)/g

/** Paths inside the `{{ }}` and `{% %}` of a Liquid template. */
export function templatePaths(template: string): string[][] {
  return [...template.matchAll(/\{\{-?([\s\S]*?)-?\}\}|\{%-?([\s\S]*?)-?%\}/g)].flatMap((match) => paths(match[1] ?? match[2] ?? ''))
}

/** Paths in a CEL expression, string literals left out. Calls at the end of a path (`.size()`) are not fields. */
export function expressionPaths(expression: string): string[][] {
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

/** An output's `value` is Liquid when it holds Liquid, else CEL. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%')
}
