import { expect, test } from 'vitest'
import { knownPrefix } from './known-prefix'

test.each([
  ['Plan {{ input.topic }} now', {}, 'Plan {{ input.topic }} now', true],
  ['Read {{ input.a }}: {{ steps.plan.output.text }} and more', {}, 'Read {{ input.a }}: ', false],
  ['Read {{ steps.plan.output.text }} and {{ steps.next.output }}', { plan: 1 }, 'Read {{ steps.plan.output.text }} and ', false],
  ['{{ memory.notes }} first', {}, '', false],
  ['{% if input.a %}A{% endif %}', {}, '{% if input.a %}A{% endif %}', true],
  ['Before {% for one in steps.plan.output %}{{ one }}{% endfor %}', {}, 'Before ', false],
  ['Trimmed   {{- steps.plan.output -}}   after', {}, 'Trimmed', false],
  ['A step called {{ steps.constructor.output }}', {}, 'A step called ', false],
])('%s', (template, settled, known, whole) => expect(knownPrefix(template, settled)).toEqual({ template: known, whole }))
