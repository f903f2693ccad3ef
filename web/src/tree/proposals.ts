// What one does to nodes that may give others access or take it from them.
import type { Me, Node } from '../api/types'
import type { Proposal } from '../share/proposal'
import { moveNode, restoreNode, trashNode } from './actions'

type Named = Pick<Node, 'id' | 'name'>

/** Putting a node into the trash; `then` is called when it is there. */
export function trashing(node: Named, me: Me, then: () => void = () => {}): Proposal {
  return {
    title: `Move “${node.name}” to the trash?`,
    description: 'There only its owners see it. It closes for everybody else who has it open.',
    verb: 'Move to trash',
    danger: true,
    change: { kind: 'trash', node: node.id },
    people: [me],
    make: async () => {
      await trashNode(node)
      then()
    },
  }
}

/** Taking a node out of the trash, under another name if one is given. */
export function restoring(node: Named, me: Me, name: string | undefined, then: () => void): Proposal {
  return {
    title: `Restore “${name ?? node.name}”?`,
    description: 'Whoever had access to it when it was put away has it again.',
    verb: 'Restore',
    change: { kind: 'restore', node: node.id, name },
    people: [me],
    make: async () => {
      await restoreNode(node.id, name)
      then()
    },
  }
}

/** What moving says of access, wherever one is asked about it. */
export const movingWords = 'Who has access to the folder gets it to what is in it.'

/** Moving a node into a folder; without one, to the top. */
export function moving(node: Node, folder: Node | undefined): Proposal {
  const parent = folder?.id ?? null
  return {
    title: `Move “${node.name}” to ${folder ? `“${folder.name}”` : 'the top level'}?`,
    description: movingWords,
    verb: 'Move',
    change: { kind: 'move', node: node.id, parent },
    people: [],
    make: () => moveNode(node, parent),
  }
}
