import { readDocument, type DocumentFault, type WorkflowDocument } from '@/domain/exchange/workflow-document'
import { readWorkflowText, type TextFault } from '@/wire/workflow-text'

export type ImportFault = TextFault | DocumentFault
export type ReadImport = { ok: true; document: WorkflowDocument } | { ok: false; fault: ImportFault }

/** Reads what somebody picked, dropped or pasted: anything at all may be in it. @param fileName what a workflow without a name is called after */
export async function readImport(text: string, fileName: string): Promise<ReadImport> {
  const read = await readWorkflowText(text)
  if (!read.ok) return read
  return readDocument(read.value, nameFrom(fileName))
}

function nameFrom(fileName: string): string {
  return fileName.replace(/(\.heddle)?\.(json|ya?ml)$/i, '').trim().slice(0, 120)
}
