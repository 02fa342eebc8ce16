import { expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '@/domain/error'
import { diskFull, isDiskFull, problemOf } from './problem'

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

test('a full disk is told apart, as the stores and files say it', () => {
  const said = [
    Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }),
    new Error('Invalid `prisma.run.create()` invocation: Database error. Code: `SQLITE_FULL`. Message: `database or disk is full`'),
    new Error('not written', { cause: Object.assign(new Error('could not extend file'), { code: '53100' }) }),
    Object.assign(new Error('write'), { code: 'ENOSPC' }),
  ]
  expect([...said, new Error('x'), 'ENOSPC'].map(isDiskFull)).toEqual([true, true, true, true, false, false])
  expect([diskFull.status, diskFull.title]).toEqual([507, 'Disk full'])
})
