import type { NodeType } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'

/** The handle that a given output leaves by: a condition's is named by its boolean, an approval's by its decision. */
export function pinnedHandle(type: NodeType, output: Json): string {
  switch (type) {
    case 'condition':
      return String(output === true)
    case 'approval': {
      const decision = output !== null && typeof output === 'object' && !Array.isArray(output) ? output.decision : output
      return decision === 'reject' || decision === 'rejected' ? 'rejected' : 'approved'
    }
    default:
      return 'out'
  }
}
