import { useState } from 'react'
import type { Node } from '../../api/types'
import { hrefOf } from '../../tree/address'
import { Button } from '../../ui/Button'
import { CheckIcon, CopyIcon } from '../../ui/icons'
import { toast } from '../../ui/Toast'

/** Copies where a folder or note is, for those who have access; it gives nobody any. */
export function CopyAddress({ node }: { node: Pick<Node, 'id' | 'kind'> }) {
  const [copied, setCopied] = useState(false)
  const address = `${window.location.origin}${hrefOf(node)}`
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address)
      setCopied(true)
    } catch {
      toast(`This browser does not let the page copy. The address is ${address}`, { kind: 'error' })
    }
  }
  return (
    <Button onClick={copy} data-tip="Opens for those who have access">
      {copied ? <CheckIcon /> : <CopyIcon />}
      {copied ? 'Address copied' : 'Copy address'}
    </Button>
  )
}
