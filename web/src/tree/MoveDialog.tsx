import { useState } from 'react'
import type { Node } from '../api/types'
import { FormDialog } from '../pages/FormDialog'
import { PreviewOf } from '../share/PreviewOf'
import { moveNode } from './actions'
import { FolderPicker } from './FolderPicker'
import { canMoveInto } from './nodes'
import { movingWords } from './proposals'
import { useTree } from './store'

/** Moves a node into a folder that is chosen by its path, having told who gains and loses by it. */
export function MoveDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const nodes = useTree().nodes ?? new Map<string, Node>()
  const [place, setPlace] = useState<string | null>()
  const move = async () => {
    if (place === undefined) return
    await moveNode(node, place)
    onClose()
  }
  return (
    <FormDialog
      title={`Move “${node.name}”`}
      description={movingWords}
      verb="Move"
      disabled={place === undefined}
      onClose={onClose}
      onSubmit={move}
    >
      <FolderPicker
        label="Where to"
        nodes={nodes}
        value={place}
        onChange={setPlace}
        allow={(folder) => canMoveInto(nodes, node.id, folder)}
      />
      {place !== undefined && place !== (node.parent ?? null) && (
        <PreviewOf change={{ kind: 'move', node: node.id, parent: place }} />
      )}
    </FormDialog>
  )
}
