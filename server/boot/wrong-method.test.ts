import { expect, test } from 'vitest'
import { wrongMethod } from './wrong-method'

test.each([
  ['DELETE', '/api/workflows', 'GET, HEAD, OPTIONS, POST'],
  ['PATCH', '/api/workflows/wf_1', 'DELETE, GET, HEAD, OPTIONS, PUT'],
  // A name goes before a parameter.
  ['GET', '/api/workflows/validate', 'OPTIONS, POST'],
  ['POST', '/api/runs/run_1/diff/run_2', 'GET, HEAD, OPTIONS'],
])('%s %s is refused with what it takes', (method, path, allow) => {
  expect(wrongMethod(method, path)).toMatchObject({ allow, problem: { status: 405, code: 'METHOD_NOT_ALLOWED', hint: expect.stringContaining(allow) as string } })
})

test.each([
  ['POST', '/api/workflows'], ['HEAD', '/api/health'], ['OPTIONS', '/api/runs'], ['DELETE', '/api/workflows/wf_1'],
  // Where nothing is, nothing is not allowed either.
  ['DELETE', '/api/nothing'], ['DELETE', '/api'], ['DELETE', '/api/runs/'], ['GET', '/workflows'],
])('%s %s is left to the pages', (method, path) => expect(wrongMethod(method, path)).toBeUndefined())
