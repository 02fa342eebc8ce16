import { Graph, type GraphNode } from './graph'
import { isDisabled } from './node-types'

/** What goes from one message node to another without an edge. On its level, what lies in a map counts as the map. */
export type MessageLink = { source: string; target: string }

/** A node that sends: `at` is the node on this level that it is or lies in. */
type Sender = { at: string; id: string; name: string; to: string | undefined }

export function messageLinks(graph: Graph): MessageLink[] {
  const senders = sendersIn(graph)
  return receiversIn(graph).flatMap((receiver) => senders.filter((sender) => reaches(sender, receiver)).map((sender) => ({ source: sender.at, target: receiver.id })))
}

/** Those whose message nobody on this level takes; one in a map may be meant for a level further out. */
export function sendersWithoutReceiver(graph: Graph): Sender[] {
  const receivers = new Set<string>(receiversIn(graph).map((node) => node.id))
  return sendersIn(graph).filter(({ to }) => to !== undefined && !receivers.has(to))
}

export function receiversIn(graph: Graph): GraphNode[] {
  return graph.nodes.filter((node) => node.type === 'message' && node.config.mode === 'receive' && !isDisabled(node.config))
}

/** On this level, and in maps those whose message nobody there takes. */
export function sendersIn(graph: Graph): Sender[] {
  return graph.nodes.flatMap((node): Sender[] => {
    if (isDisabled(node.config)) return []
    if (node.type === 'message' && node.config.mode !== 'receive') return [{ at: node.id, id: node.id, name: node.name, to: typeof node.config.to === 'string' ? node.config.to : undefined }]
    const body = node.type === 'map' ? Graph.safeParse(node.config.body) : undefined
    return body?.success ? sendersWithoutReceiver(body.data).map((sender) => ({ ...sender, at: node.id })) : []
  })
}

function reaches(sender: Sender, receiver: GraphNode): boolean {
  return sender.to === receiver.id && (typeof receiver.config.from !== 'string' || receiver.config.from === sender.id)
}
