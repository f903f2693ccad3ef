import { useState } from 'react'
import type { Grants, Node } from '../../api/types'
import { Fold } from '../Fold'
import { LinkLine } from './LinkLine'
import { LinkList } from './LinkList'
import { NewLinkDialog } from './NewLinkDialog'
import { useLinks } from './useLinks'

export interface NodeLinksProps {
  node: string
  kind: Node['kind']
  grants: Grants
  onChanged: () => void
}

/** The links of a node: how many, what makes one, and folded all of them. */
export function NodeLinks(props: NodeLinksProps) {
  const { node, kind, grants, onChanged } = props
  const [creating, setCreating] = useState(false)
  const links = useLinks(node, grants.links, onChanged)
  const count = links.data?.links.length ?? grants.links ?? 0
  const created = () => {
    links.reload()
    onChanged()
  }
  return (
    <>
      <LinkLine count={count} onCreate={() => setCreating(true)} />
      {count > 0 && (
        <Fold title="Links" count={count}>
          <LinkList {...links} />
        </Fold>
      )}
      {creating && (
        <NewLinkDialog
          node={node}
          kind={kind}
          anyoneAllowed={links.data?.anyoneAllowed ?? false}
          onClose={() => setCreating(false)}
          onCreated={created}
        />
      )}
    </>
  )
}
