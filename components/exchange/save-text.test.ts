import { expect, test } from 'vitest'
import { fileNameOf } from './save-text'

test.each([['네 에이전트 / v2', '네-에이전트-v2.heddle.json'], ['', 'workflow.heddle.json'], ['../../etc', '..-..-etc.heddle.json']])('%j is saved as %s', (name, file) => expect(fileNameOf(name, 'json')).toBe(file))
