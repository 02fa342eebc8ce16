import { afterAll, describe, expect, it } from 'vitest'
import type { Scope } from '@/server/ports/templates'
import { createTemplates } from './create-templates'

const templates = createTemplates()
afterAll(() => templates.close())

const scope: Scope = {
  input: { name: 'Ada', n: 3, f: 2.5, list: [1, 2, 3], nothing: null, ['__proto__']: { polluted: true } },
  steps: { 'agent-1': { output: { text: 'hi', tags: ['a', 'b'] } }, plain: { output: 'text' } },
  memory: { key: 'value' },
  run: { id: 'run_1' },
}

describe('render', () => {
  it.each([
    ['no template at all', 'no template at all'],
    ['Hello {{ input.name }}, {{ steps.plain.output | upcase }}', 'Hello Ada, TEXT'],
    ['{{ steps.agent-1.output }}', '{"text":"hi","tags":["a","b"]}'],
    ['{{ steps["agent-1"].output.tags | join: "+" }}', 'a+b'],
    ['{% for n in input.list %}{{ n }},{% endfor %}', '1,2,3,'],
    ['{{ input.list.size }}{{ input.list.first }}', '31'],
    ['{{ input.missing | default: "none" }}', 'none'],
    ['{% if steps.gone.output %}yes{% else %}no{% endif %}', 'no'],
    ['{{ input.nothing }}', ''],
    ['<{{ "<b>" }}>', '<<b>>'],
    ['{{ run.id }}{{ memory.key }}', 'run_1value'],
  ])('%s', async (template, text) => {
    expect(await templates.render(template, scope)).toBe(text)
  })

  it.each([
    ['{{ steps.gone.output }}', /undefined variable.*line 1, column/],
    ['a\n{{ input.name | nofilter }}', /nofilter.*line 2/],
    ['{% if input.n %}', /not closed/],
    ['{% include "/etc/passwd" %}', /include.*not found/],
    ['{% render "x" %}', /render.*not found/],
    ['{% layout "x" %}', /layout.*not found/],
    ['{{ input.constructor }}', /undefined variable/],
    ['{{ input.constructor.constructor }}', /undefined variable/],
    ['{{ input["__proto__"]["toString"] }}', /undefined variable/],
    ['{{ input.name.constructor }}', /undefined variable/],
    ['{{ process.env }}', /undefined variable/],
    ['{{ globalThis }}', /undefined variable/],
    ['{% for i in (1..1000000000) %}x{% endfor %}', /limit exceeded/],
    ['{{ "x" | append: input.name | split: "" | where: "constructor.name", "String" | first.constructor }}', /failed/],
  ])('refuses %s', async (template, message) => {
    await expect(templates.render(template, scope)).rejects.toMatchObject({ code: 'TEMPLATE_FAILED', message: expect.stringMatching(message), hint: expect.any(String) })
  })

  it('stops a loop in a loop in time, and goes on serving', async () => {
    const loop = '{% for a in (1..9000) %}{% for b in (1..9000) %}{% for c in (1..9000) %}{% assign x = c | plus: 1 %}{% endfor %}{% endfor %}{% endfor %}'
    const before = Date.now()
    await expect(templates.render(loop, scope)).rejects.toMatchObject({ code: expect.stringMatching(/TEMPLATE_(TOO_SLOW|FAILED)/) })
    expect(Date.now() - before).toBeLessThan(3_000)
    expect(await templates.render('{{ input.name }}', scope)).toBe('Ada')
  })

  it('stops a memory bomb, and goes on serving', async () => {
    const bomb = `{% assign x = "${'x'.repeat(1_000)}" %}${'{% assign x = x | append: x %}'.repeat(25)}{% assign y = x | split: "" %}{{ y | json }}`
    await expect(templates.render(bomb, scope)).rejects.toMatchObject({ code: expect.stringMatching(/TEMPLATE_(TOO_SLOW|FAILED)/) })
    expect(await templates.render('{{ input.name }}', scope)).toBe('Ada')
  })

  it('refuses a result above 4 MB', async () => {
    const template = '{% for i in (1..600) %}{{ input.text }}{% endfor %}'
    await expect(templates.render(template, { ...scope, input: { text: 'x'.repeat(10_000) } })).rejects.toMatchObject({ code: 'TEMPLATE_FAILED', message: expect.stringContaining('more than') })
  })
})

describe('evaluate', () => {
  it.each([
    ['input.n + 1', 4],
    ['input.n / 2', 1.5],
    ['input.n % 2 == 1', true],
    ['input.f * 2', 5],
    ['input.n > 2 && input.name.startsWith("A")', true],
    ['input.list.filter(x, x > 1).map(x, x * 2)', [4, 6]],
    ['size(input.list)', 3],
    ['steps["agent-1"].output.tags', ['a', 'b']],
    ['steps.plain.output', 'text'],
    ['{"a": [1, 2.5, null, "x"], "b": {"c": true}}', { a: [1, 2.5, null, 'x'], b: { c: true } }],
    ['has(input.missing)', false],
    ['string(input.n)', '3'],
    ['timestamp("2020-01-01T00:00:00Z")', '2020-01-01T00:00:00.000Z'],
    ['1u', 1],
    ['input.nothing', null],
  ])('%s', async (expression, value) => {
    expect(await templates.evaluate(expression, scope)).toEqual(value)
  })

  it.each([
    ['1 +', /line 1, column/],
    ['', /failed/],
    ['input.missing', /No such key: missing.*line 1/],
    ['input.constructor', /No such key/],
    ['input["constructor"]', /No such key/],
    ['input.name.constructor', /No such key/],
    ['input.list.map(x, x.__proto__)', /No such key/],
    ['process.env', /Unknown variable/],
    ['globalThis', /Unknown variable/],
    ['9007199254740993', /too large/],
    ['1.0 / 0.0', /Infinity/],
    ['1 / 0', /division by zero/],
    [`${'['.repeat(500)}${']'.repeat(500)}`, /depth/i],
    [Array.from({ length: 3_000 }, () => '1').join('+'), /nodes|limit/i],
  ])('refuses %s', async (expression, message) => {
    await expect(templates.evaluate(expression, scope)).rejects.toMatchObject({ code: 'EXPRESSION_FAILED', message: expect.stringMatching(message) })
  })

  it('stops a comprehension bomb and a regex that backtracks', async () => {
    const list = `[${Array.from({ length: 200 }, (_, index) => index).join(',')}]`
    const bomb = `${list}.map(a, ${list}.map(b, ${list}.map(c, ${list}.map(d, a * b * c * d))))`
    await expect(templates.evaluate(bomb, scope)).rejects.toMatchObject({ code: expect.stringMatching(/TEMPLATE_TOO_SLOW|EXPRESSION_FAILED/) })
    await expect(templates.evaluate(`"${'a'.repeat(40)}!".matches("^(a+)+$")`, scope)).rejects.toMatchObject({ code: 'TEMPLATE_TOO_SLOW' })
    expect(await templates.evaluate('1 + 1', scope)).toBe(2)
  })
})

describe('the pool', () => {
  it('leaves the scope as it was and does many at a time', async () => {
    const texts = await Promise.all(Array.from({ length: 200 }, (_, index) => templates.render(`{{ input.name }} ${index}`, scope)))
    expect(texts[199]).toBe('Ada 199')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('says so when the worker cannot start', async () => {
    const broken = createTemplates({ workerUrl: new URL('./no-such-worker.mjs', import.meta.url) })
    await expect(broken.render('{{ input }}', scope)).rejects.toMatchObject({ code: 'TEMPLATE_FAILED' })
    await broken.close()
    await expect(broken.render('{{ input }}', scope)).rejects.toMatchObject({ code: 'TEMPLATE_FAILED' })
  })
})
