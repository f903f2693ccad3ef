import { useCallback } from 'react'
import { api } from '../api/client'
import type { Node } from '../api/types'
import { ErrorNotice } from '../pages/ErrorNotice'
import { useLoad } from '../pages/useLoad'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { Skeleton } from '../ui/Skeleton'
import { toastError } from '../ui/Toast'
import { type KernelMode, KernelModes } from './KernelModes'

type Folder = Node & { kernels?: KernelMode }

/** Asks whose kernels run the notes in a folder. */
export function FolderKernelsDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const load = useCallback(
    (signal: AbortSignal) => api.get<Folder>(`/nodes/${node.id}`, { signal }),
    [node.id],
  )
  const { data: folder, error, reload, setData } = useLoad(load)
  const choose = (kernels: KernelMode) => {
    if (!folder) return
    setData({ ...folder, kernels })
    api.patch<Folder>(`/nodes/${node.id}`, { kernels }).catch((e) => {
      setData(folder)
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
      {folder ? (
        <KernelModes legend="Who shares a kernel here?" value={folder.kernels ?? ''} onChange={choose} />
      ) : error !== undefined ? (
        <ErrorNotice error={error} onRetry={reload} />
      ) : (
        <Skeleton rows={3} height={56} label="Asking" />
      )}
    </Dialog>
  )
}
