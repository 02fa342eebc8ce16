import { expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '@/domain/error'
import { problemOf } from './problem'

class Refusal extends AppError {
  readonly hint = 'Do this.'
  constructor(readonly code: string) {
    super('No')
  }
}

test.each([['UNKNOWN_RUN', 404], ['STALE_REVISION', 409], ['BODY_TOO_LARGE', 413], ['NOT_JSON', 400], ['FORBIDDEN_ORIGIN', 403], ['INVALID_GRAPH', 422], ['ANYTHING_ELSE', 422]])('%s is %i', (code, status) => {
  expect(problemOf(new Refusal(code))).toMatchObject({ status, code, detail: 'No', hint: 'Do this.' })
})

test('a refusal that was bundled apart is one too', () => {
  expect(problemOf(Object.assign(new Error('No'), { code: 'UNKNOWN_RUN', hint: 'Look.' }))?.status).toBe(404)
})

test('a body that does not fit names its fields', () => {
  const { error } = z.object({ graph: z.object({ nodes: z.array(z.object({ id: z.string() })) }) }).safeParse({ graph: { nodes: [{ id: 'a' }, {}] } })
  expect(problemOf(error)).toMatchObject({ status: 422, code: 'INVALID_BODY', issues: [{ path: 'graph.nodes.1.id' }] })
})

test('a fault of ours is no refusal', () => expect(problemOf(new Error('x'))).toBeUndefined())
