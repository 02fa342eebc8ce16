import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { NoteBody } from './note-body'

const html = (text: string) => renderToStaticMarkup(<NoteBody text={text} />)

test('a note is Markdown', () => {
  const shown = html('# Plan\n\n- first **bold**\n- [docs](https://example.org)')
  for (const part of ['<h1', '<li', '<strong>bold</strong>', 'href="https://example.org"', 'noopener']) expect(shown).toContain(part)
})

test.each(['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '<iframe src="https://evil.example"></iframe>', '[go](javascript:alert(1))', '[go](vbscript:x)', '![x](javascript:alert(1))', '<a href="javascript:alert(1)">x</a>', '![spy](https://evil.example/pixel.png)', '[x](JaVaScRiPt:alert(1))', '<svg onload=alert(1)>', '[x](data:text/html,<script>alert(1)</script>)'])('%s is shown as what it is, and does nothing', (text) => {
  const shown = html(text)
  expect(shown).not.toMatch(/<(img|script|iframe|svg|object|embed|style|link)\b/i)
  expect(shown).not.toMatch(/(href|src)="(javascript|vbscript|data):/i)
  // What looks like an attribute is text: it stands behind an escaped sign.
  expect(shown).not.toMatch(/<[^>]*\son\w+=/i)
})
