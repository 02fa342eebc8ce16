import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import type { Graph } from './graph'
import { applyDiff, diffOf, reverseDiff } from './graph-diff'
import { applyEdit } from './graph-edit'
import { frameOf, groupNodes, groupsByMember, membersOf, movedWithMembers, shownGraph, ungroup } from './groups'
import { validateGraph } from './validate'

const { graph } = fourAgents
const all = graph.nodes.map((node) => node.id as string)
const sizeOf = () => ({ width: 220, height: 76 })
const grouped = (ids: string[], on: Graph = graph) => applyEdit(on, groupNodes(on, ids, 'Group', sizeOf))
const groupIn = (given: Graph, id = 'group') => given.nodes.find((node) => node.id === id)!
const collapse = (given: Graph) => applyEdit(given, { do: 'set-config', nodeId: 'group', config: { ...groupIn(given).config, collapsed: true } })

test('undo restores what grouping and ungrouping did, and nobody is in two groups', () => {
  const some = fc.subarray(all)
  fc.assert(fc.property(some, some, some, (one, two, out) => {
    let now = graph
    for (const edit of [groupNodes(now, one, 'A', sizeOf)]) now = applyEdit(now, edit)
    const second = groupNodes(now, two, 'B', sizeOf)
    for (const [before, edit] of [[now, second], [applyEdit(now, second), ungroup(applyEdit(now, second), [...out, 'group2'])]] as const) {
      const diff = diffOf(before, edit)
      expect(applyDiff(applyDiff(before, diff), reverseDiff(diff))).toEqual(before)
      const after = applyEdit(before, edit)
      const named = after.nodes.filter((node) => node.type === 'group').flatMap((group) => group.config.members as string[])
      expect(new Set(named).size).toBe(named.length)
      expect(after.nodes.filter((node) => node.type === 'group').every((group) => membersOf(after, group).length > 0)).toBe(true)
    }
  }))
})

describe('groups', () => {
  test('a group keeps a workflow from nothing', () => expect(validateGraph(grouped(['sena', 'lubit']))).toEqual([]))

  test('collapsed, one box stands for its members, and edges run through it', () => {
    const shown = shownGraph(collapse(grouped(['sena', 'lubit'])))
    expect(shown.nodes.map((node) => node.id)).not.toContain('sena')
    const crossing = graph.edges.filter((edge) => ['sena', 'lubit'].includes(edge.source) !== ['sena', 'lubit'].includes(edge.target))
    expect(shown.edges.filter((edge) => edge.source === 'group' || edge.target === 'group').map((edge) => edge.id).sort()).toEqual(crossing.map((edge) => edge.id).sort())
    expect(shown.edges.some((edge) => edge.source === edge.target)).toBe(false)
    expect(shownGraph(grouped(['sena']))).toEqual(grouped(['sena']))
  })

  test('whoever moves the frame moves all in it', () => {
    const before = grouped(['sena', 'lubit'])
    const frame = frameOf(membersOf(before, groupIn(before)), groupIn(before), sizeOf)
    const after = applyEdit(before, { do: 'move', positions: movedWithMembers(before, { group: { x: frame.x + 30, y: frame.y - 20 } }, sizeOf) })
    for (const { id, position } of before.nodes) {
      const by = groupsByMember(before).has(id) || id === 'group' ? { x: 30, y: -20 } : { x: 0, y: 0 }
      expect(after.nodes.find((node) => node.id === id)?.position).toEqual({ x: position.x + by.x, y: position.y + by.y })
    }
  })

  test('the frame holds its members', () => {
    const given = grouped(['sena', 'lubit'])
    const frame = frameOf(membersOf(given, groupIn(given)), groupIn(given), sizeOf)
    for (const { position } of membersOf(given, groupIn(given))) {
      expect(position.x).toBeGreaterThan(frame.x)
      expect(position.y + 76).toBeLessThan(frame.y + frame.height)
    }
  })
})
