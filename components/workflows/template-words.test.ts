import { expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { ko } from '@/app/messages/ko'
import { allTemplates } from '@/domain/template/all-templates'

test.each(allTemplates.map(({ id, name, description }) => [id, { name, description }] as const))('%s has a name and one sentence in both languages, the English being its own', (id, words) => {
  expect((en.workflows.templates as Record<string, unknown>)[id]).toEqual(words)
  expect((ko.workflows.templates as Record<string, unknown>)[id]).toEqual({ name: expect.stringMatching(/\p{L}/u) as string, description: expect.stringMatching(/[가-힣].*\.$/u) as string })
})
