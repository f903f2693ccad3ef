import { useEffect, useState } from 'react'
import { Dialog } from '../../ui/Dialog'
import styles from './ImageView.module.css'
import { imageBlob } from './image'

export interface ImageViewProps {
  mime: string
  data: string
  /** Jupyter's metadata for this form: width and height in pixels, alt. */
  metadata?: unknown
}

/** A picture; pressing it shows it as large as the window allows. */
export function ImageView({ mime, data, metadata }: ImageViewProps) {
  const [url, setURL] = useState<string | null>()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const blob = imageBlob(mime, data)
    if (!blob) return setURL(null)
    const made = URL.createObjectURL(blob)
    setURL(made)
    return () => URL.revokeObjectURL(made)
  }, [mime, data])
  if (url === null) return <p className={styles.broken}>This is not a picture of the type {mime}.</p>
  if (!url) return null
  const { width, height, alt } = sizes(metadata)
  return (
    <>
      <button
        type="button"
        className={styles.frame}
        aria-label={`Enlarge: ${alt}`}
        onClick={() => setOpen(true)}
      >
        <img className={styles.image} src={url} alt={alt} width={width} height={height} />
      </button>
      <Dialog open={open} onOpenChange={setOpen} title={alt} wide>
        <img className={styles.large} src={url} alt={alt} />
      </Dialog>
    </>
  )
}

function sizes(metadata: unknown): { width?: number; height?: number; alt: string } {
  const m = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Record<string, unknown>
  const size = (v: unknown) => (typeof v === 'number' && v > 0 && v < 20_000 ? v : undefined)
  return {
    width: size(m.width),
    height: size(m.height),
    alt: typeof m.alt === 'string' && m.alt !== '' ? m.alt : 'Picture printed by the code',
  }
}
