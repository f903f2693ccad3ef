import { DragIcon } from '../../ui/icons'
import styles from './DragHandle.module.css'
import { startDrag } from './useReorder'

/** Beside a paragraph, to move it with the mouse; the keyboard has its own way. */
export function DragHandle({ id }: { id: string }) {
  return (
    <span
      className={styles.handle}
      draggable
      data-tip="Drag to move"
      aria-hidden="true"
      onDragStart={(e) => startDrag(e, id)}
    >
      <DragIcon />
    </span>
  )
}
