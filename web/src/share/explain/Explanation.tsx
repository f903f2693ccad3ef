import type { ReactNode } from 'react'
import type { AccessAnswer, AccessCap, AccessPath } from '../../api/sharing'
import { exactText } from '../../pages/time'
import styles from '../Access.module.css'
import { actionsText } from '../actionWords'
import { chainText, pathText, whyText } from './words'

/** Whether somebody may, by what, what does not count, and what would turn it. */
export function Explanation({ answer: a }: { answer: AccessAnswer }) {
  return (
    <div className={styles.explanation} data-allowed={a.allowed}>
      <p className={styles.sentence}>{a.sentence}</p>
      <p className={styles.line}>In all: {actionsText(a.actions)}.</p>
      <Part title={a.paths.length === 1 ? 'Because of this' : 'Each of these is enough'}>
        {a.paths.map((p) => (
          <PathLine key={keyOf(p)} path={p} />
        ))}
      </Part>
      {a.more > 0 && <p className={styles.line}>and {a.more} more ways</p>}
      <Part title="Limited by">
        {a.caps.map((c) => (
          <CapLine key={c.id} limit={c} />
        ))}
      </Part>
      <Part title="Does not count">
        {a.ignored.map((p) => (
          <PathLine key={keyOf(p)} path={p} />
        ))}
      </Part>
      {a.smallest && (
        <Part title={a.allowed ? 'What would end it' : 'What would allow it'}>
          <li>{a.smallest.words}</li>
        </Part>
      )}
      {a.hidden > 0 && (
        <p className={styles.line}>
          {a.hidden === 1 ? 'One of these names' : `${a.hidden} of these name`} something that you may not
          see.
        </p>
      )}
      {a.unsure.length > 0 && (
        <p className={styles.line}>
          Not sure about that day, because of what changed since: {a.unsure.join(', ')}.
        </p>
      )}
    </div>
  )
}

const keyOf = (p: AccessPath) =>
  [p.kind, p.principal.id, p.role, p.node?.id, p.since, p.why, ...p.groupChain.map((g) => g.id)].join(' ')

function Part({ title, children }: { title: string; children: ReactNode }) {
  if (Array.isArray(children) && children.length === 0) return null
  return (
    <section aria-label={title}>
      <h4 className={styles.group}>{title}</h4>
      <ul className={styles.ways}>{children}</ul>
    </section>
  )
}

function PathLine({ path }: { path: AccessPath }) {
  const facts = [
    path.by && `given by ${path.by}`,
    path.since && exactText(path.since),
    path.startsAt && `from ${exactText(path.startsAt)}`,
    path.endsAt && `until ${exactText(path.endsAt)}`,
    path.revokedAt && `taken back ${exactText(path.revokedAt)}`,
  ].filter(Boolean)
  return (
    <li>
      {path.why && <strong>{whyText(path.why)}: </strong>}
      {pathText(path)}
      {facts.length > 0 && <span className={styles.line}> ({facts.join(', ')})</span>}
    </li>
  )
}

function CapLine({ limit }: { limit: AccessCap }) {
  const chain = chainText(limit.groupChain)
  return (
    <li>
      {limit.group.name ?? 'A group you may not see'}: no more than {actionsText(limit.actions)}
      {limit.node ? ` in “${limit.node.name}”` : ' everywhere'}
      {chain && `, ${chain}`}
      <span className={styles.line}>
        {' '}
        ({limit.reason ? `${limit.reason}, ` : ''}
        {limit.by && `by ${limit.by}, `}
        {exactText(limit.since)})
      </span>
    </li>
  )
}
