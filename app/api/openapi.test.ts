import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { openApiDocument, routes } from '@/wire/openapi'

const api = import.meta.dirname
/** `runs/[id]/route.ts` with its exported methods → `GET /api/runs/{id}`. */
const served = readdirSync(api, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('route.ts') && !file.includes('[...'))
  .flatMap((file) => {
    const path = `/api/${relative('.', join(file, '..')).replaceAll(/\[(\w+)\]/g, '{$1}')}`
    return [...readFileSync(join(api, file), 'utf8').matchAll(/export const (GET|POST|PUT|DELETE) /g)].map((match) => `${match[1]} ${path}`)
  })

test('every route is described, and nothing else is', () => expect(Object.keys(routes).sort()).toEqual(served.sort()))

test('the document says how each is called and how it refuses', () => {
  const { paths } = openApiDocument('1.2.3') as unknown as { paths: Record<string, Record<string, { responses: Record<string, unknown>; requestBody?: unknown }>> }
  expect(paths['/api/runs/{id}/fork']?.post?.requestBody).toBeDefined()
  for (const methods of Object.values(paths)) for (const { responses } of Object.values(methods)) expect(Object.keys(responses)).toContain('default')
  expect(JSON.stringify(paths['/api/workflows/{id}/runs']?.post)).toContain('idempotencyKey')
})
