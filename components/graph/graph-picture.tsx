import type { Graph, NodeType } from '@/domain/graph/graph'
import { cn } from '@/components/ui/cn'
import { NODE_ICON } from './node-look'
import { BOX, pictureOf } from './picture-layout'

const ICON = 34
/** Lines have no ends cut off by the frame. */
const PAD = 8

/** A small picture of a graph, in the colours of the page: each node by the sign of its type. */
export function GraphPicture({ graph, className }: { graph: Graph; className?: string }) {
  const { nodes, edges, width, height } = pictureOf(graph)
  if (nodes.length === 0) return <div className={className} />
  return (
    <svg aria-hidden className={className} viewBox={`${-PAD} ${-PAD} ${width + 2 * PAD} ${height + 2 * PAD}`} preserveAspectRatio="xMidYMid meet">
      {edges.map(({ id, from, to }) => {
        const bend = Math.max(18, (to.x - from.x) / 2)
        return <path key={id} d={`M${from.x} ${from.y} C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`} className="fill-none stroke-border-strong" strokeWidth={4} />
      })}
      {nodes.map(({ node: { id, type }, at }) => {
        const Icon = NODE_ICON[type]
        const look = lookOf(type)
        return (
          <g key={id}>
            {/* A map stands for many of what is in it. */}
            {type === 'map' && [10, 5].map((by) => <rect key={by} x={at.x + by} y={at.y - by} {...BOX} rx={14} className={look.box} strokeWidth={3} />)}
            <rect x={at.x} y={at.y} {...BOX} rx={14} className={look.box} strokeWidth={3} />
            <Icon x={at.x + (BOX.width - ICON) / 2} y={at.y + (BOX.height - ICON) / 2} width={ICON} height={ICON} className={cn('fill-none', look.icon)} />
          </g>
        )
      })}
    </svg>
  )
}

/** What asks a model stands out, and so does what decides the way; the ends are quiet. */
function lookOf(type: NodeType): { box: string; icon: string } {
  switch (type) {
    case 'agent':
    case 'map':
      return { box: 'fill-brand-soft stroke-brand', icon: 'text-brand' }
    case 'condition':
    case 'approval':
    case 'merge':
      return { box: 'fill-state-waiting-soft stroke-state-waiting-border', icon: 'text-state-waiting' }
    case 'input':
    case 'output':
      return { box: 'fill-muted stroke-border-strong', icon: 'text-muted-foreground' }
    default:
      return { box: 'fill-state-running-soft stroke-state-running-border', icon: 'text-state-running' }
  }
}
