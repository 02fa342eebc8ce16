import { expect, test } from 'vitest'
import { modelChoices } from './model-choices'

const instance = (id: string, models: string[], health: 'healthy' | 'unhealthy' = 'healthy') => ({ id, models, health }) as never

test('models, adapters and aliases, each with the instances that serve it', () => {
  const fleet = { instances: [instance('a', ['llama', 'sql-lora']), instance('b', ['llama'], 'unhealthy'), instance('c', ['old'], 'unhealthy')] }
  const cards = [{ id: 'llama', root: 'llama', parent: null }, { id: 'sql-lora', root: '/adapters/sql', parent: 'llama' }, { id: 'gpt-4o', root: 'llama', parent: null }, { id: 'sql', root: 'sql-lora', parent: 'llama' }, { id: 'old', root: '/models/old' }]
  expect(modelChoices(fleet, cards)).toEqual([
    { id: 'gpt-4o', kind: 'alias', of: 'llama', instances: [{ id: 'a', healthy: true }, { id: 'b', healthy: false }] },
    { id: 'llama', kind: 'model', instances: [{ id: 'a', healthy: true }, { id: 'b', healthy: false }] },
    { id: 'sql', kind: 'alias', of: 'sql-lora', instances: [{ id: 'a', healthy: true }] },
    { id: 'sql-lora', kind: 'lora', of: 'llama', instances: [{ id: 'a', healthy: true }] },
    { id: 'old', kind: 'model', instances: [{ id: 'c', healthy: false }] },
  ])
})

test('without a list of models the fleet is enough, and without a fleet there are none', () => {
  expect(modelChoices({ instances: [instance('a', ['m'])] }, []).map(({ id }) => id)).toEqual(['m'])
  expect(modelChoices(undefined, [])).toEqual([])
})
