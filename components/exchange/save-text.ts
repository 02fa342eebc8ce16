import type { TextFormat } from '@/wire/workflow-text'

/** A name that every file system takes. */
export function fileNameOf(name: string, format: TextFormat): string {
  return `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'workflow'}.heddle.${format}`
}

/** Hands a text to the browser as a file to keep. */
export function saveText(text: string, fileName: string, type: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = fileName
  link.click()
  URL.revokeObjectURL(link.href)
}
