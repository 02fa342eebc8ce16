/**
 * Every text is used. That those used are there is told by the types (`AppConfig` in ../i18n/request.ts), that both
 * languages have them by messages.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { en } from './en'

/** Where texts are shown, and where the names come from by which some are chosen: states, kinds, codes. */
const SHOWN = ['app', 'components']
const NAMED = [...SHOWN, 'domain', 'wire']

type Source = { path: string; /** Groups of texts that it takes. */ groups: string[]; /** What it writes as text, gaps in templates being anything. */ texts: string[]; /** Whether it chooses a text by a name that stands elsewhere. */ chooses: boolean }

function leavesOf(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([key, below]) => (typeof below === 'string' ? [path + key] : leavesOf(below as object, `${path}${key}.`)))
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

function sourceOf(path: string): Source {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)
  const source: Source = { path, groups: [...file.text.matchAll(/Translations(?:<|\()(?:typeof )?'([\w.]+)'/g)].map(([, name]) => name!), texts: [], chooses: false }
  const translators = new Set<string>()
  const isWritten = (node: ts.Expression): boolean => ts.isStringLiteralLike(node) || (ts.isConditionalExpression(node) && isWritten(node.whenTrue) && isWritten(node.whenFalse)) || ts.isTemplateExpression(node)
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) source.texts.push(escaped(node.text))
    else if (ts.isTemplateExpression(node)) source.texts.push(escaped(node.head.text) + node.templateSpans.map(({ literal }) => `.+${escaped(literal.text)}`).join(''))
    else if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) source.texts.push(escaped(node.name.text))
    else if ((ts.isVariableDeclaration(node) || ts.isParameter(node)) && /Translations|Words/.test((ts.isVariableDeclaration(node) ? node.initializer : node.type)?.getText() ?? '')) translators.add(node.name.getText())
    else if (ts.isCallExpression(node) && translators.has(node.expression.getText()) && node.arguments[0] && !isWritten(node.arguments[0])) source.chooses = true
    ts.forEachChild(node, visit)
  }
  visit(file)
  return source
}

const filesIn = (room: string) => (readdirSync(join(process.cwd(), room), { recursive: true }) as string[]).filter((name) => /\.tsx?$/.test(name) && !/\.(test|suite)\.tsx?$/.test(name) && !name.startsWith('messages')).map((name) => join(room, name))

test('no text is left over', () => {
  const sources = NAMED.flatMap(filesIn).map(sourceOf)
  const names = new Set(sources.flatMap(({ texts }) => texts))
  const takers = sources.filter(({ path, groups }) => groups.length > 0 && SHOWN.some((room) => path.startsWith(room))).map((source) => ({ ...source, keys: new RegExp(`^(?:${source.texts.filter((text) => text !== '').join('|')})$`) }))
  const takes = ({ groups, keys, chooses }: (typeof takers)[number], leaf: string) => groups.some((group) => {
    const key = leaf.startsWith(`${group}.`) ? leaf.slice(group.length + 1) : undefined
    return key !== undefined && (keys.test(key) || (chooses && names.has(escaped(key))))
  })
  expect(leavesOf(en).filter((leaf) => !takers.some((one) => takes(one, leaf)))).toEqual([])
})
