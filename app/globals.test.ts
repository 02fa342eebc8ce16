import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./globals.css', import.meta.url), 'utf8')

function coloursOf(selector: string): Record<string, string> {
  const block = css.split(`\n${selector} {`)[1]?.split('\n}')[0] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ['background', 'card', 'popover', 'muted', 'accent']
const states = ['pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled', 'reused']
const texts: [string, string[]][] = [
  ['foreground', surfaces],
  ['muted-foreground', surfaces],
  ['brand', [...surfaces, 'brand-soft']],
  ['destructive', ['background', 'card', 'popover', 'muted', 'accent']],
  ['primary-foreground', ['primary', 'primary-hover']],
  ['destructive-foreground', ['destructive', 'destructive-hover']],
  ['foreground', states.map((state) => `state-${state}-soft`)],
  ['muted-foreground', states.map((state) => `state-${state}-soft`)],
  ...states.map((state): [string, string[]] => [`state-${state}`, ['background', 'card', 'popover', 'muted', `state-${state}-soft`]]),
]

describe.each([':root', '.dark'])('the colours of %s', (selector) => {
  const colours = coloursOf(selector)
  const ratio = (one: string, other: string) => contrast(colours[one] ?? '#000000', colours[other] ?? '#000000')

  it('carry text at 4.5 to 1 (WCAG AA)', () => {
    const weak = texts.flatMap(([text, grounds]) => grounds.filter((ground) => ratio(text, ground) < 4.5).map((ground) => `${text} on ${ground}: ${ratio(text, ground).toFixed(2)}`))
    expect(weak).toEqual([])
  })

  it('show the edge of a field and the focus ring at 3 to 1', () => {
    const weak = ['input', 'ring'].flatMap((edge) => ['background', 'card', 'popover'].filter((ground) => ratio(edge, ground) < 3).map((ground) => `${edge} on ${ground}: ${ratio(edge, ground).toFixed(2)}`))
    expect(weak).toEqual([])
  })
})
