// Who can reach a node, as the server says it: an icon of its own for each answer, and
// the same in words for those who hear it.
import type { Node, Shared } from '../api/types'
import { ClosedIcon, GlobeIcon, LockIcon, PeopleIcon } from '../ui/icons'
import styles from './SharedMark.module.css'

export type SharedState = Pick<Node, 'shared' | 'sharedWith' | 'closed'>

/** The three answers in a word or two, as the filters call them. */
export const sharedWords: Record<Shared, string> = { me: 'Only me', some: 'Shared', everyone: 'Public' }

/** Who can reach it, in a line. */
export function sharedText(state: SharedState): string {
  return `${whoText(state)}${state.closed ? '. Closed: access to folders above does not count' : ''}`
}

/** The same without what keeps folders above out. */
export function whoText({ shared, sharedWith }: SharedState): string {
  if (shared === 'me') return 'Only you'
  if (shared === 'everyone') return 'Everyone who signs in'
  if (!sharedWith) return 'Shared'
  return sharedWith === 1 ? 'Shared with 1 person' : `Shared with ${sharedWith.toLocaleString()} people`
}

export function SharedIcon({ shared }: { shared: Shared }) {
  if (shared === 'me') return <LockIcon />
  return shared === 'some' ? <PeopleIcon /> : <GlobeIcon />
}

export interface SharedMarkProps {
  node: SharedState
  /** Shows the word beside the icon. */
  word?: boolean
  /** Something else says it to screen readers. */
  silent?: boolean
}

export function SharedMark({ node, word, silent }: SharedMarkProps) {
  const text = sharedText(node)
  return (
    <span className={styles.mark} data-shared={node.shared} data-tip={text} aria-hidden={silent}>
      <SharedIcon shared={node.shared} />
      {node.closed && <ClosedIcon />}
      {word && <span aria-hidden="true">{sharedWords[node.shared]}</span>}
      {!silent && <span className="visually-hidden">{text}</span>}
    </span>
  )
}
