import { CheckIcon } from '../ui/icons'
import styles from './Access.module.css'
import { roles } from './access'
import { abilities, roleWords } from './roles'

/** What each role may do, folded away until it is asked for. */
export function RoleTable() {
  return (
    <details className={styles.details}>
      <summary>What each role may do</summary>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <td />
              {abilities.map((a) => (
                <th key={a.name} scope="col">
                  {a.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roles.map((role) => (
              <tr key={role}>
                <th scope="row">{roleWords[role].list}</th>
                {abilities.map((a) => (
                  <td key={a.name}>
                    {a.roles.includes(role) ? <CheckIcon /> : '–'}
                    <span className="visually-hidden">{a.roles.includes(role) ? 'yes' : 'no'}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.line}>History and earlier results are for owners and writers.</p>
    </details>
  )
}
