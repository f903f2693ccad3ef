import { type DragEvent, useRef, useState } from 'react'

const hasFiles = (e: DragEvent) => e.dataTransfer.types.includes('Files')

/** Takes files that are dropped on an element; `over` while some hover above it. */
export function useDropFiles(take: (files: File[]) => void) {
  const [over, setOver] = useState(false)
  const depth = useRef(0) // entering a child comes before leaving its parent
  const enter = (by: 1 | -1) => (e: DragEvent) => {
    if (!hasFiles(e)) return
    depth.current += by
    setOver(depth.current > 0)
  }
  return {
    over,
    events: {
      onDragEnter: enter(1),
      onDragLeave: enter(-1),
      onDragOver: (e: DragEvent) => {
        if (hasFiles(e)) e.preventDefault()
      },
      onDrop: (e: DragEvent) => {
        if (!hasFiles(e)) return
        e.preventDefault()
        depth.current = 0
        setOver(false)
        take([...e.dataTransfer.files])
      },
    },
  }
}
