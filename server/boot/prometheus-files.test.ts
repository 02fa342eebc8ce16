/** What `deploy/` asks of Prometheus is what `/metrics` tells. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createAppMetrics } from '@/server/adapters/prometheus/create-app-metrics'
import { createRouterMetrics } from '@/server/router/router-metrics'
import { objections, readExposition } from './exposition.suite'

const deploy = (file: string) => readFileSync(fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url)), 'utf8')
const app = createAppMetrics({ version: '1', since: 0, now: () => ({ activeRuns: 0, waitingRuns: 0, firing: [] }) })
const router = createRouterMetrics()
const families = readExposition((await app.text()) + (await router.text()))

/** Every series by its name, with the labels it can have. */
const labelsOf = new Map(families.flatMap(({ name, type }) => {
  const declared = ([...Object.values(router), app.registry.getSingleMetric(name)] as { name?: string; labelNames?: string[] }[]).find((metric) => metric?.name === name)?.labelNames ?? []
  // What every scrape adds.
  const labels = [...declared, 'job', 'instance', ...(type === 'histogram' ? ['le'] : [])]
  return (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((suffix) => [name + suffix, labels] as const)
}))

function faultsOf(expression: string): string[] {
  const names = expression.match(/\b(?:heddle|process|nodejs)_[a-z0-9_]+\b/g) ?? []
  const selectors = [...expression.matchAll(/\b((?:heddle|process|nodejs)_[a-z0-9_]+)\{([^}]*)\}/g)]
  const grouped = [...expression.matchAll(/\b(?:by|on|group_left) \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(',').map((label) => label.trim())).filter((label) => label !== '')
  return [
    ...(names.length === 0 ? ['no metric'] : []),
    ...names.filter((name) => !labelsOf.has(name)).map((name) => `there is no ${name}`),
    ...selectors.flatMap(([, name = '', inner = '']) => [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label).filter((label) => !labelsOf.get(name)?.includes(label)).map((label) => `${name} has no label ${label}`)),
    ...grouped.filter((label) => !names.some((name) => labelsOf.get(name)?.includes(label))).map((label) => `none of them has the label ${label}`),
    ...(names.some((name) => name.endsWith('_total') && !new RegExp(`(?:rate|increase)\\(${name}`).test(expression)) ? ['a counter without rate'] : []),
    ...(count(expression, '(') === count(expression, ')') ? [] : ['parentheses']),
  ]
}
const count = (text: string, sign: string): number => text.split(sign).length - 1

test('all that is told at /metrics keeps to the rules of naming', () => expect(families.flatMap(objections)).toEqual([]))

test('no series has a label that a scrape sets itself: it would be told as exported_…', () => {
  const declared = Object.values(router).flatMap((metric) => ('labelNames' in metric ? (metric.labelNames as string[]) : []))
  expect(declared).toContain('vllm_instance')
  expect(declared.filter((label) => ['instance', 'job'].includes(label))).toEqual([])
})

test('the dashboard asks for what there is', () => {
  const dashboard = JSON.parse(deploy('grafana/heddle.json')) as { panels: { id: number; type: string; title: string; gridPos: { x: number; y: number; w: number; h: number }; targets?: { expr: string }[] }[]; templating: { list: { query: unknown }[] } }
  const panels = dashboard.panels.filter((panel) => panel.type !== 'row')
  expect(panels.length).toBeGreaterThan(10)
  expect(panels.flatMap(({ title, targets = [] }) => targets.flatMap(({ expr }) => faultsOf(expr).map((fault) => `${title}: ${fault}`)))).toEqual([])
  expect(new Set(dashboard.panels.map((panel) => panel.id)).size).toBe(dashboard.panels.length)
  expect(faultsOf(JSON.stringify(dashboard.templating.list))).toEqual([])
})

test('the alert rules ask for what there is, and say what it means', () => {
  const rules = deploy('prometheus/alerts.yaml').split(/\n +- alert: /).slice(1)
  expect(rules.length).toBeGreaterThan(5)
  for (const rule of rules) {
    const [, expression = ''] = /\n +expr: (.+)\n/.exec(rule) ?? []
    expect(faultsOf(expression), rule).toEqual([])
    expect(rule).toMatch(/labels: \{ severity: (warning|critical) \}\n +annotations:\n +summary: .+\n +description: .+/)
  }
})

test('a rule that asks for something else is found', () => {
  expect(faultsOf('rate(heddle_runs_total{flow="a"}[5m])')).toEqual(['heddle_runs_total has no label flow'])
  expect(faultsOf('sum by (colour) (heddle_runs)')).toEqual(['there is no heddle_runs', 'none of them has the label colour'])
  expect(faultsOf('heddle_runs_total > 1')).toEqual(['a counter without rate'])
})
