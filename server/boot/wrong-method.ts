import { routes } from '@/wire/openapi'
import { problem, type Problem } from '@/wire/problem'

type Endpoint = { parts: string[]; methods: string[] }

const endpoints = Object.keys(routes).reduce<Map<string, Endpoint>>((byPath, key) => {
  const [method = '', path = ''] = key.split(' ', 2)
  const endpoint = byPath.get(path) ?? { parts: path.split('/'), methods: ['OPTIONS'] }
  endpoint.methods.push(method, ...(method === 'GET' ? ['HEAD'] : []))
  return byPath.set(path, endpoint)
}, new Map())

/**
 * Next answers a method that an endpoint does not take with a bare 405: a program reads no reason in it, and not what to do instead.
 * @returns undefined where the endpoint takes it, and where there is none
 */
export function wrongMethod(method: string, path: string): { problem: Problem; allow: string } | undefined {
  const parts = path.split('/')
  const fits = ({ parts: named }: Endpoint): boolean => named.length === parts.length && named.every((part, at) => part === parts[at] || (part.startsWith('{') && parts[at] !== ''))
  // A name goes before a parameter, as in Next: `/api/workflows/validate` is no workflow.
  const endpoint = endpoints.get(path) ?? [...endpoints.values()].filter(fits).sort((a, b) => parametersOf(a) - parametersOf(b))[0]
  if (!endpoint || endpoint.methods.includes(method)) return undefined
  const allow = endpoint.methods.toSorted().join(', ')
  return { allow, problem: problem('METHOD_NOT_ALLOWED', `${path} does not take ${method}`, `It takes ${allow}. The API is described at /api/openapi.json.`) }
}

function parametersOf({ parts }: Endpoint): number {
  return parts.filter((part) => part.startsWith('{')).length
}
