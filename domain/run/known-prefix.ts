import { eitherPaths } from '@/domain/graph/references'
import { templatePieces, type TemplatePiece } from '@/domain/graph/template-pieces'

/**
 * The beginning of a template that can be rendered already: up to the first value of a step that is not in `settled`, or of the
 * memory, which may change until then.
 */
export function knownPrefix(template: string, settled: Readonly<Record<string, unknown>>): { template: string; whole: boolean } {
  const isKnown = (piece: TemplatePiece): boolean => piece.kind === 'text' || eitherPaths(piece.source).every(([root, id]) => root !== 'memory' && (root !== 'steps' || (id !== undefined && Object.hasOwn(settled, id))))
  const pieces = templatePieces(template)
  const end = pieces.findIndex((piece) => !isKnown(piece))
  const known = end === -1 ? pieces : pieces.slice(0, end)
  return { template: known.map((piece) => (piece.kind === 'text' ? piece.text : piece.source)).join(''), whole: end === -1 }
}
