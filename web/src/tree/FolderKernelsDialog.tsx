import { useEffect, useState } from 'react'
import { api } from '../api/client'
import type { Node } from '../api/types'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { Skeleton } from '../ui/Skeleton'
import { toastError } from '../ui/Toast'
import { type KernelMode, KernelModes } from './KernelModes'

type Folder = Node & { kernels?: KernelMode }

/** Asks whose kernels run the notes in a folder. */
export function FolderKernelsDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const [mode, setMode] = useState<KernelMode>()
  useEffect(() => {
    api
      .get<Folder>(`/nodes/${node.id}`)
      .then((folder) => setMode(folder.kernels ?? ''))
      .catch(toastError)
  }, [node.id])
  const choose = (kernels: KernelMode) => {
    setMode(kernels)
    api.patch<Folder>(`/nodes/${node.id}`, { kernels }).catch((e) => {
      setMode(mode)
      toastError(e)
    })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Kernels in “${node.name}”`}
      description="For the notes in it that do not say it themselves, from their next run on."
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {mode === undefined ? (
        <Skeleton rows={3} height={56} label="Asking" />
      ) : (
        <KernelModes legend="Who shares a kernel here?" value={mode} onChange={choose} />
      )}
    </Dialog>
  )
}
