import { CreateWorkflowBody, type WorkflowBody } from '@/wire/workflows'

/** What a workflow is as a file: what is needed to make it again. */
export function workflowFile({ name, description, graph }: Pick<WorkflowBody, 'name' | 'description' | 'graph'>): string {
  return `${JSON.stringify({ name, description, graph }, null, 2)}\n`
}

export type ImportedFile = { ok: true; workflow: CreateWorkflowBody } | { ok: false; reason: 'not-json' | 'not-a-workflow'; detail: string }

/** Reads a file that somebody picked: anything at all may be in it. */
export function readWorkflowFile(text: string): ImportedFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { ok: false, reason: 'not-json', detail: error instanceof Error ? error.message : '' }
  }
  const parsed = CreateWorkflowBody.safeParse(json)
  if (parsed.success) return { ok: true, workflow: parsed.data }
  return { ok: false, reason: 'not-a-workflow', detail: parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') }
}

/** A name that every file system takes. */
export function fileNameOf(name: string): string {
  return `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'workflow'}.heddle.json`
}
