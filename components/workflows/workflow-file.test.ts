import { expect, test } from 'vitest'
import { allTemplates } from '@/domain/template/all-templates'
import { fileNameOf, readWorkflowFile, workflowFile } from './workflow-file'

test.each(allTemplates.map((template) => [template.id, template] as const))('%s comes back from its file as it was', (_id, { name, description, graph }) => {
  expect(readWorkflowFile(workflowFile({ name, description, graph }))).toEqual({ ok: true, workflow: { name, description, graph } })
})

test.each([
  ['{', 'not-json'],
  ['[]', 'not-a-workflow'],
  ['{"name":"x","graph":{"nodes":[{"id":"a","type":"teleport"}],"edges":[]}}', 'not-a-workflow'],
])('%s is refused as %s', (text, reason) => expect(readWorkflowFile(text)).toMatchObject({ ok: false, reason }))

test.each([['네 에이전트 / v2', '네-에이전트-v2.heddle.json'], ['', 'workflow.heddle.json'], ['../../etc', '..-..-etc.heddle.json']])('%j is saved as %s', (name, file) => expect(fileNameOf(name)).toBe(file))
