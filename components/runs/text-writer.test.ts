import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BLOCK, createTextWriter } from './text-writer'

/** A page that counts what is written on it. */
function countingSheet() {
  const sheet = { blocks: [] as { text: string }[], changes: 0, characters: 0, clears: 0 }
  const write = createTextWriter<{ text: string }>({
    begin: (text) => {
      const block = { text }
      sheet.blocks.push(block)
      sheet.changes += 1
      sheet.characters += text.length
      return block
    },
    add: (block, text) => {
      expect(block, 'only the last block grows').toBe(sheet.blocks.at(-1))
      block.text += text
      sheet.changes += 1
      sheet.characters += text.length
    },
    clear: () => {
      sheet.blocks = []
      sheet.clears += 1
    },
  })
  return { sheet, write, shown: () => sheet.blocks.map(({ text }) => text).join('') }
}

test('of a text of 100,000 characters that comes in 2,000 frames each character is written once', () => {
  const { sheet, write, shown } = countingSheet()
  const whole = 'It was a dark and stormy night, the rain fell.\n'.repeat(2_200).slice(0, 100_000)
  for (let end = 50; end <= whole.length; end += 50) write(whole.slice(0, end))
  expect(shown()).toBe(whole)
  expect(sheet.characters).toBe(100_000)
  // A frame that ends a block begins the next one too.
  expect(sheet.changes).toBeLessThanOrEqual(2_000 + sheet.blocks.length)
  expect(sheet.clears).toBe(0)
  expect(Math.max(...sheet.blocks.map(({ text }) => text.length))).toBeLessThan(BLOCK + 100)
})

test('whatever comes, the page shows the text; blocks end where a line does', () => {
  const text = fc.array(fc.oneof(fc.constantFrom('\n', '\n\n', ' '), fc.string({ maxLength: 3_000 }), fc.string({ minLength: 4_000, maxLength: 9_000 })), { maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(fc.property(fc.array(fc.record({ text, grows: fc.boolean() }), { maxLength: 6 }), (steps) => {
    const { sheet, write, shown } = countingSheet()
    let now = ''
    for (const step of steps) {
      now = step.grows ? now + step.text : step.text
      write(now)
      expect(shown()).toBe(now)
      for (const block of sheet.blocks.slice(0, -1)) expect(block.text.endsWith('\n')).toBe(true)
    }
  }), { numRuns: 60 })
})

test('another text is written anew, the same one not at all', () => {
  const { sheet, write, shown } = countingSheet()
  write('first')
  write('first')
  expect([sheet.changes, sheet.clears]).toEqual([1, 0])
  write('fir')
  expect([shown(), sheet.clears]).toEqual(['fir', 1])
  write('')
  expect([shown(), sheet.clears]).toEqual(['', 2])
})
