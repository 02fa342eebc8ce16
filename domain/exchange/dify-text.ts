import { takeApart, type Piece } from './import-text'

/** Text with `{{#node.field#}}` in it. */
export function difyPieces(source: string, read: (selector: readonly string[]) => string | undefined): Piece[] {
  return takeApart(source, /\{\{#([\w.\- ]+)#\}\}/g, (match) => {
    const path = read(match[1]!.split('.'))
    return path === undefined ? undefined : { kind: 'value', path, filters: [] }
  })
}
