import { expect, test } from 'vitest'
import { createRequestGuard } from './request-guard'

const guard = createRequestGuard(['heddle.example', 'other.example:8443'])

test.each([
  [{ host: '127.0.0.1:3000' }, undefined],
  [{ host: 'localhost:3000', origin: 'http://localhost:3000' }, undefined],
  [{ host: '[::1]:3000', origin: 'http://[::1]:3000' }, undefined],
  [{ host: 'HEDDLE.example', origin: 'https://heddle.example' }, undefined],
  [{ host: 'other.example:8443' }, undefined],
  [{ host: 'other.example:1' }, 'host'],
  [{ host: 'evil.example:3000', origin: 'http://evil.example:3000' }, 'host'],
  [{}, 'host'],
  [{ host: 'localhost:3000', origin: 'http://evil.example' }, 'origin'],
  [{ host: 'localhost:3000', origin: 'http://localhost:4000' }, 'origin'],
  [{ host: 'localhost:3000', origin: 'null' }, 'origin'],
])('%j is refused by: %s', (headers, by) => expect(guard({ headers })).toBe(by))
