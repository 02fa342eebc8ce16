import { afterAll, describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { celOf, liquidOf, pathOf } from './import-text'
import { n8nPieces } from './n8n-text'

const input = { name: 'Mina', n: 3, zero: 0, empty: '', nothing: null, yes: true, tags: ['p', 'q'], rows: [{ t: '0:00', title: 'In "x"' }, { t: '2:15', title: 'Out' }], deep: { id: 7 } }
const scope = { input, steps: { 'Other': { output: { x: 'y' } } }, memory: {}, run: { id: 'run_1' } } as never
const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())
const piecesOf = (source: string) => n8nPieces(`=${source}`, 'Here', (node, keys) => pathOf(node === 'Here' ? 'input' : `steps.${node}.output`, keys))

/** What JavaScript gives for these, as text. */
describe('an expression of JavaScript gives here what it gave there', () => {
  test.each([
    ['Hi {{ $json.name }}, {{ $json["name"].toUpperCase() }} {{ $json.tags.length }}', 'Hi Mina, MINA 2'],
    ['{{ $("Other").item.json.x }}{{ $node["Other"].json.x }}{{ $("Other").first().json.x }}{{ $input.first().json.n }}', 'yyy3'],
    ['{{ $json.missing || $json.deep?.gone?.more || $json.name }} {{ $json.empty || "none" }} {{ $json.zero ?? 5 }}', 'Mina none 0'],
    ['{{ $json.nothing ?? "null" }}{{ $json.yes ? "Y" : "N" }}{{ $json.empty ? "Y" : "N" }}{{ $json.zero ? "Y" : "N" }}', 'nullYNN'],
    ['{{ $json.n > 2 && $json.name === "Mina" ? `${$json.name}: ${$json.n + 1}` : "small" }}', 'Mina: 4'],
    ['{{ $json.name + " has " + $json.tags.join(", ") }} {{ $json.n * 2 }} {{ Math.round($json.n / 2) }}', 'Mina has p, q 6 2'],
    ['{{ $json.rows.map(r => r.t + " - " + r.title).join("\\n") }}', '0:00 - In "x"\n2:15 - Out'],
    ['{{ $json.rows.map((r, i) => `${i}${r.t}`).join("|") }} {{ $json.rows.map(r => r.t).join(" ") }}', '00:00|12:15 0:00 2:15'],
    ['{{ JSON.stringify({ who: $json.name, all: $json.tags, ok: true, said: "at " + $json.rows[0].title, of: { n: $json.n }, list: [1, $json.zero] }) }}', '{"who": "Mina", "all": ["p","q"], "ok": true, "said": "at In \\"x\\"", "of": {"n": 3}, "list": [1, 0]}'],
    ['{{ { kind: $json.yes ? "a" : "b", rows: $json.rows.map(r => ({ at: r.t })) } }}', '{"kind": "a", "rows": [{"at": "0:00"}, {"at": "2:15"}]}'],
    ['{{ !$json.empty }} {{ $json.tags.includes("p") }} {{ $json.name.slice(0, 2) }} {{ $execution.id }}', 'true true Mi run_1'],
    ['{"a": {{ JSON.stringify($json.name) }}}', '{"a": "Mina"}'],
  ])('%s', async (source, said) => {
    const pieces = piecesOf(source)
    expect(pieces.filter(({ kind }) => kind === 'unknown')).toEqual([])
    expect(await templates.render(liquidOf(pieces), scope)).toBe(said)
  })
})

describe('and as a value', () => {
  test.each([
    ['{{ $json.missing || $json.deep?.gone?.more || $json.name }}', 'Mina'], ['{{ $json.nothing ?? "null" }}', 'null'], ['{{ $json.yes ? 1 : 0 }}', 1], ['{{ $json.zero || 5 }}', 5], ['{{ $json.n > 2 && !$json.empty }}', true],
    ['{{ { kind: $json.empty ? "a" : "b", rows: $json.rows.map(r => ({ at: r.t })) } }}', { kind: 'b', rows: [{ at: '0:00' }, { at: '2:15' }] }],
    ['{{ $json.name + " " + $json.n }}', 'Mina 3'], ['Hi {{ $json.yes ? "A" : "B" }}', 'Hi A'], ['{{ $json.tags.length + 1 }}', 3], ['{{ ["a", "Mina"].includes($json.name) }}', true],
  ])('%s', async (source, value) => expect(await templates.evaluate(celOf(piecesOf(source))!, scope)).toEqual(value))
})

test.each([['{{ $now.toFormat("yyyy-LL-dd HH:mm") }}', /^\d{4}-\d\d-\d\d \d\d:\d\d$/], ['{{ $now.plus({ days: 7 }).toISODate() }}', /^\d{4}-\d\d-\d\d$/], ['{{ $now.format("MMMM DD, YYYY") }}', /^[A-Z][a-z]+ \d\d, \d{4}$/], ['{{ $today }}', /T00:00:00Z$/]])('%s tells the time', async (source, shape) => {
  expect(await templates.render(liquidOf(piecesOf(source)), scope)).toMatch(shape)
})

test.each(['{{ new Date() }}', '{{ $json.x.reduce((a, b) => a + b) }}', '{{ (() => { return 1 })() }}', '{{ $env.KEY }}', '{{ $json.a = 1 }}', '{{ constructor }}', '{{ $json.name.constructor() }}', '{{ a => b }}', '{{ }}'])('%s is not understood, and stays', (source) => {
  expect(piecesOf(`x ${source}`)).toEqual([{ kind: 'text', text: 'x ' }, { kind: 'unknown', source }])
})

// To go through each to its end for every opening would take minutes.
test.each(['{{', '{', '{{{', '{{ {a} ', '{{}', '{{ (', '{{ `', '{{ !', '{{ a?.', '}}', '{{ $json.x + '])('text of nothing but %s is looked through once', (opening) => {
  expect(piecesOf(opening.repeat(Math.floor(190_000 / opening.length))).length).toBeGreaterThan(0)
})
