import { createTranslator } from 'next-intl'
import { describe, expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { ko } from '@/app/messages/ko'
import { Graph } from '@/domain/graph/graph'
import { TextFaultCode, type TextFault } from '@/domain/graph/text-fault'
import { configs } from '@/domain/graph/node-types'
import { refuseEdge, validateGraph, type GraphIssue, type IssueCode } from '@/domain/graph/validate'
import { atItsField, issueText, textFaultText } from './issue-text'

const inEnglish = createTranslator({ locale: 'en', messages: en, namespace: 'editor' })
const inKorean = createTranslator({ locale: 'ko', messages: ko, namespace: 'editor' }) as unknown as typeof inEnglish

const node = (id: string, type: string, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config })
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })
const graph = Graph.parse({
  nodes: [
    node('a', 'agent'), node('b', 'transform', { expression: 'steps.c.output' }), node('c', 'transform', { expression: 'steps.nobody.output' }), node('c', 'note'),
    node('in1', 'input'), node('in2', 'input'), node('m', 'map', { body: { nodes: [], edges: [] } }), node('o', 'output'),
    node('x', 'transform', { expression: '1' }), node('y', 'transform', { expression: '1' }), node('if', 'condition', { expression: 'true' }),
    node('reader', 'transform', { expression: 'steps.a.output.nothing' }), node('slow', 'http', { url: 'http://a', timeoutMs: 1 }),
    node('say', 'message', { to: 'nowhere' }), node('hear', 'message', { mode: 'receive' }), node('keeper', 'transform', { expression: '1', remember: [{ key: 'a b' }] }), node('late', 'message', { mode: 'receive' }), node('after', 'message', { to: 'late' }),
  ],
  edges: [edge('x', 'y'), edge('y', 'x'), { ...edge('if', 'm'), sourceHandle: 'true' }, edge('x', 'gone'), { ...edge('x', 'if'), sourceHandle: 'no' }, edge('a', 'reader'), edge('late', 'after')],
})
const broken: TextFault = { code: 'WRITE_INSTEAD', params: { found: '=', instead: '==' }, message: 'Unexpected character: =', line: 2, column: 7 }
const found = [...validateGraph(graph, false, ({ text }) => (text === 'true' ? broken : undefined)), ...validateGraph({ nodes: [], edges: [] })]
const codes: IssueCode[] = ['CYCLE', 'DUPLICATE_ID', 'UNKNOWN_NODE', 'UNKNOWN_HANDLE', 'TYPE_CLASH', 'FIELD', 'NO_INPUT', 'SEVERAL_INPUTS', 'EMPTY', 'UNKNOWN_REFERENCE', 'NOT_UPSTREAM', 'NO_SUCH_FIELD', 'NESTED', 'NO_RECEIVER', 'NO_SENDER', 'SENT_TOO_LATE', 'SYNTAX']

/** Of every kind, none of which every field takes. */
const wrong = [-1, 0.5, 10 ** 12, '', 'a b', '1 +', true, [], [{}], ['a b'], Array.from({ length: 65 }, () => ({})), {}, { other: 1 }, { maxAttempts: 99, factor: 'x' }, [{ do: 'fly' }, { do: 'text', as: '1' }], [{ name: 'a b', run: { kind: 'none' } }, { name: 'model', run: { kind: 'http', url: '' } }], [{ key: '' }, { key: 'a b', expect: 'no' }], null]
const fields = Object.entries(configs).flatMap(([type, { shape }]) => Object.keys(shape).map((field) => [type, field] as const))

describe('what a schema refuses is said in the language of the page', () => {
  test.each(fields)('%s: %s', (type, field) => {
    const faults = wrong.flatMap((value) => validateGraph(Graph.parse({ nodes: [node('n', type, { [field]: value })], edges: [] }))).filter((issue) => issue.code === 'FIELD')
    for (const issue of faults) {
      const { message } = atItsField(issue, inKorean)
      expect(message).toMatch(/[가-힣]/)
      expect(message).not.toMatch(/[Ii]nvalid|expected|received|issue\.|NaN/)
    }
  })

  test('each fault of a text has its words in both', () => {
    const params = { found: 'F', instead: 'I', expected: 'E', name: 'N', call: 'C', filter: 'L', tag: 'T', end: 'D', text: 'X' }
    for (const code of TextFaultCode.options) for (const t of [inEnglish, inKorean]) expect(textFaultText({ code, params }, t)).not.toMatch(/\{[a-z]+\}|issue\./)
  })
})

describe('what is wrong, in words', () => {
  test.each(codes)('%s is said in both languages, with its particulars', (code) => {
    const issue = found.find((one) => one.code === code)!
    for (const t of [inEnglish, inKorean]) {
      const text = issueText(issue, t)
      expect(text).not.toMatch(/\{[a-z]+\}|issue\./)
      // A field's own name and fault, and what lies in a map, are said in other words.
      const particulars = code === 'FIELD' || code === 'NESTED' ? [issue.params!.name!] : code === 'SYNTAX' ? ['IF', '==', '2', '7'] : Object.values(issue.params ?? {}).filter((value) => value !== 'none')
      for (const value of particulars) expect(text).toContain(value)
    }
    expect(issueText(issue, inKorean)).toMatch(/[가-힣]/)
  })

  test('what is wrong in the body of a map is said in the same language', () => {
    expect(issueText(found.find(({ code }) => code === 'NESTED')!, inKorean)).not.toMatch(/[a-z]{3}/)
  })

  test('an edge under the hand is told from a circle that is there', () => {
    const refused = refuseEdge(Graph.parse({ nodes: [node('x', 'merge'), node('y', 'merge')], edges: [edge('x', 'y')] }), { source: graph.nodes[8]!.id, target: graph.nodes[8]!.id } as never)!
    expect(issueText(refused, inEnglish)).toContain('would close a circle')
  })

  test('at its field a fault is named alone; a fault in a body stands above the fields', () => {
    const ofField = (path: string): GraphIssue => atItsField(found.find((one) => one.path === path)!, inKorean)
    expect(ofField('prompt').message).toBe('값을 입력하세요')
    expect(ofField('body')).toMatchObject({ path: '' })
    expect(ofField('remember.0.key').message).toBe('영문자, 숫자, _와 -만 64자까지 쓸 수 있고 영문자로 시작해야 합니다')
  })
})
