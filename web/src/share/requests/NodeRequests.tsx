import { ErrorNotice } from '../../pages/ErrorNotice'
import access from '../Access.module.css'
import { RequestRow } from './RequestRow'
import styles from './Requests.module.css'
import { useRequests } from './useRequests'

/** The requests on one node, to answer where one sees who has access. */
export function NodeRequests({ node, count }: { node: string; count: number }) {
  return count > 0 && <Waiting node={node} />
}

function Waiting({ node }: { node: string }) {
  const { data, error, reload, answer } = useRequests()
  const here = data?.filter((r) => r.node.id === node) ?? []
  if (error !== undefined) return <ErrorNotice error={error} onRetry={reload} />
  if (here.length === 0) return null
  return (
    <section aria-label="Requests">
      <h3 className={access.heading}>
        Requests <span className={access.count}>{here.length}</span>
      </h3>
      <ul className={styles.list}>
        {here.map((r) => (
          <RequestRow key={r.id} request={r} onAnswer={answer} />
        ))}
      </ul>
    </section>
  )
}
