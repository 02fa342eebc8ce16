import { isRemark, type Graph } from '@/domain/graph/graph'

/** Node size on the canvas, roughly: only the picture's proportions depend on it. */
const NODE = { width: 220, height: 90 }

/** A small picture of a graph. */
export function GraphPicture({ graph, className }: { graph: Graph; className?: string }) {
  const nodes = graph.nodes.filter((node) => !isRemark(node.type))
  if (nodes.length === 0) return <div className={className} />
  const left = Math.min(...nodes.map((node) => node.position.x))
  const top = Math.min(...nodes.map((node) => node.position.y))
  const width = Math.max(...nodes.map((node) => node.position.x)) - left + NODE.width
  const height = Math.max(...nodes.map((node) => node.position.y)) - top + NODE.height
  const at = new Map(nodes.map((node) => [node.id as string, { x: node.position.x - left, y: node.position.y - top }]))
  return (
    <svg aria-hidden className={className} viewBox={`-20 -20 ${width + 40} ${height + 40}`} preserveAspectRatio="xMidYMid meet">
      {graph.edges.map((edge) => {
        const from = at.get(edge.source)
        const to = at.get(edge.target)
        if (!from || !to) return null
        const [x1, y1, x2, y2] = [from.x + NODE.width, from.y + NODE.height / 2, to.x, to.y + NODE.height / 2]
        const bend = (x2 - x1) / 2
        return <path key={edge.id} d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} className="fill-none stroke-muted-foreground" strokeWidth={6} />
      })}
      {nodes.map((node) => {
        const { x, y } = at.get(node.id)!
        return <rect key={node.id} x={x} y={y} width={NODE.width} height={NODE.height} rx={16} className={node.type === 'agent' || node.type === 'map' ? 'fill-brand-soft stroke-brand' : 'fill-muted stroke-muted-foreground'} strokeWidth={6} />
      })}
    </svg>
  )
}
