import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { Palette } from './palette'

test('the search of the palette takes keys before its list is drawn', () => {
  const html = renderToStaticMarkup(<NextIntlClientProvider locale="en" messages={en} timeZone="UTC"><Palette onAdd={() => undefined} /></NextIntlClientProvider>)
  expect(html).toContain('type="search"')
  expect(html).not.toContain('<button')
})
