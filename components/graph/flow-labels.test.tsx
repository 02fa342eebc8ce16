import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { ko } from '@/app/messages/ko'
import { Graph } from '@/domain/graph/graph'
import { useEdgeName } from './flow-labels'

const step = (id: string, name: string) => ({ id, type: 'transform', name, position: { x: 0, y: 0 }, config: { expression: '1' } })
const graph = Graph.parse({ nodes: [step('a', 'Ask {to} $1'), step('b', '요약')], edges: [{ id: 'e', source: 'a', target: 'b' }] })

function Name({ target }: { target: string }) {
  return useEdgeName(graph)({ source: 'a', target } as never)
}

const named = (locale: 'en' | 'ko', target: string) => renderToStaticMarkup(<NextIntlClientProvider locale={locale} messages={locale === 'en' ? en : ko} timeZone="UTC"><Name target={target} /></NextIntlClientProvider>)

test('an edge is called by the names of its ends, whatever signs are in them', () => {
  expect(named('en', 'b')).toBe('Edge from Ask {to} $1 to 요약')
  expect(named('ko', 'b')).toBe('Ask {to} $1에서 요약(으)로 가는 연결')
  // An end that is not on this level is called by its id.
  expect(named('en', 'gone')).toBe('Edge from Ask {to} $1 to gone')
})
