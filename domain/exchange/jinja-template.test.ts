import { afterAll, describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { liquidOfJinja } from './jinja-template'

const input = { rows: [{ name: 'b', n: 2 }, { name: 'a', n: 1 }], kind: 'a', zero: 0, empty: '', nothing: null, text: ' Hello wide world ', map: { x: 1, y: 2 }, tags: ['p', 'q'] }
const names = new Map(Object.keys(input).map((name) => [name, `input.${name}`]))
const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())

/** What Jinja gives for these, worked out by hand, and our templates after it. */
describe('a template of Jinja gives here what it gave there', () => {
  test.each([
    ['{% for row in rows %}{{ loop.index }}/{{ loop.length }}. {{ row.name|upper }}{% if not loop.last %}, {% endif %}{% endfor %}', '1/2. B, 2/2. A'],
    ['|Name|\n{% for row in rows -%}\n|{{row.name}}|\n{% endfor -%}', '|Name|\n|b|\n|a|\n'],
    ['{% if kind == "a" and (zero or rows) %}A{% elif kind == "b" %}B{% else %}C{% endif %}', 'A'],
    ['{% if zero %}z{% endif %}{% if empty %}e{% endif %}{% if none %}n{% endif %}{% if nothing %}n{% endif %}{% if not rows %}none{% endif %}{% if rows|length > 1 %}many{% endif %}', 'many'],
    ['{% if kind == "b" and zero == 1 or kind %}or{% endif %}', 'or'],
    ['{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}{% for k, v in map | dictsort %}{{ k }}{% endfor %}', 'x=1;y=2;xy'],
    ['{{ text[:6] }}|{{ text.strip() | replace("wide", "small") }}', ' Hello|Hello small world'],
    ['{{ tags | join(", ") }} {{ ", ".join(tags) }} {{ rows | map(attribute="name") | sort | join("-") }} {{ rows | selectattr("n", "equalto", 1) | list | length }}', 'p, q p, q a-b 1'],
    ['{{ kind ~ "-" ~ zero }} {{ "yes" if kind == "a" else "no" }} {{ zero + 5 }} {{ "n" + kind }} {{ map["x"] * 3 }}', 'a-0 yes 5 na 3'],
    ['{% set total = rows|sum(attribute="n") %}{% set label = "big" if total > 2 else "small" %}{{ label }} {{ total }}', 'big 3'],
    ['{# gone #}{%- for i in range(1, 3) -%} {{ i }} {%- endfor %}', '12'],
    ['{% if kind in ["a", "b"] %}in{% endif %}{% if "p" not in tags %}no{% else %}p{% endif %}{% if nothing is none %}!{% endif %}', 'inp!'],
    ['{{ nothing | default("-") }}{{ map.get("z", "d") }}{{ rows[zero].name }}', '-db'],
    ['{% for row in rows | sort(attribute="name") %}{{ row.name }}{% else %}none{% endfor %}', 'ab'],
    ['{% for input in tags %}{{ input }}{{ kind }}{% endfor %}', 'paqa'],
    ['{% raw %}{{ kind }}{% endraw %}', '{{ kind }}'],
  ])('%s', async (source, said) => {
    const found = liquidOfJinja(source, names)
    expect(found?.left).toEqual([])
    expect(await templates.render(found!.liquid, { input, steps: {}, memory: {}, run: { id: 'run_1' } } as unknown as Parameters<typeof templates.render>[1])).toBe(said)
  })
})

test.each(['{{ missing }}', '{{ kind | title }}', '{{ kind | constructor }}', '{{ constructor }}', '{{ (kind ~ "x") | upper }}', '{{ kind if }}'])('%s stays text that is not run, and is told', (source) => {
  expect(liquidOfJinja(`a ${source} {{ kind }}`, names)).toEqual({ liquid: `a {% raw %}${source}{% endraw %} {{ input.kind }}`, left: [source] })
})

test.each(['{% macro x() %}{% endmacro %}', '{% include "x" %}', '{% for row in rows if row.n > 1 %}{% endfor %}', '{% endfor %}', '{% for a in rows %}', '{% if (kind == "a" or kind == "b") and (zero == 0 or zero == 1) %}{% endif %}', '{% raw %}'])('%s is not what Liquid can say', (source) => expect(liquidOfJinja(source, names)).toBeUndefined())

// To go through each to its end for every opening would take minutes.
test.each(['{{', '{%', '{#', '{{ (', '{{ x |', '{{ not '])('a template of nothing but %s is looked through once', (opening) => {
  const found = liquidOfJinja(opening.repeat(Math.floor(190_000 / opening.length)), names)
  expect(found === undefined || found.left.length === 0).toBe(true)
})
