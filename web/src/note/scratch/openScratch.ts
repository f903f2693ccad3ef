import { api } from '../../api/client'
import type { ScratchNode } from '../../api/sharing'
import { navigate } from '../../app/router'
import { newKey } from '../../tree/actions'

/** Makes a scratch copy of a note, and goes there. */
export async function openScratch(note: string) {
  const made = await api.post<ScratchNode>(
    `/nodes/${note}/scratch`,
    { files: true },
    { idempotencyKey: newKey() },
  )
  navigate(`/n/${made.id}`)
}
