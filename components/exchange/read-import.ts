import type { Remark } from '@/domain/exchange/import-sketch'
import { readForeign, type Builder, type NoGraph } from '@/domain/exchange/read-foreign'
import { isDocument, readDocument, type DocumentFault, type WorkflowDocument } from '@/domain/exchange/workflow-document'
import { readWorkflowText, type TextFault } from '@/wire/workflow-text'

export type ImportFault = TextFault | DocumentFault | NoGraph
/** `from`: the builder that wrote it, and what does not come along; left out: it is our own. */
export type ReadImport = { ok: true; document: WorkflowDocument; from?: { builder: Builder; remarks: readonly Remark[] } } | { ok: false; fault: ImportFault }

/** Reads what somebody picked, dropped or pasted: anything at all may be in it. @param fileName what a workflow without a name is called after */
export async function readImport(text: string, fileName: string): Promise<ReadImport> {
  const read = await readWorkflowText(text)
  if (!read.ok) return read
  const foreign = isDocument(read.value) ? undefined : readForeign(read.value, nameFrom(fileName))
  if (!foreign) return readDocument(read.value, nameFrom(fileName))
  return foreign.ok ? { ok: true, document: foreign.found.document, from: { builder: foreign.found.builder, remarks: foreign.found.remarks } } : foreign
}

function nameFrom(fileName: string): string {
  return fileName.replace(/(\.heddle)?\.(json|ya?ml)$/i, '').trim().slice(0, 120)
}
