import { Button } from '../../ui/Button'
import { IconButton } from '../../ui/IconButton'
import { CloseIcon, PlusIcon } from '../../ui/icons'
import { TextField } from '../../ui/TextField'
import styles from './Fields.module.css'

/** The server shows *** for a value and takes it as: as it was. */
const kept = '***'

export interface Variable {
  key: number
  name: string
  value: string
  /** It has a value on the server, which stays unless another one is written. */
  isKept: boolean
}

let lastKey = 0
const made = (name: string, isKept: boolean): Variable => ({ key: ++lastKey, name, value: '', isKept })

export const variablesOf = (environment: Record<string, string>): Variable[] =>
  Object.keys(environment)
    .sort()
    .map((name) => made(name, true))

export function environmentOf(variables: Variable[]): Record<string, string> {
  return Object.fromEntries(
    variables
      .filter((v) => v.name.trim() !== '')
      .map((v) => [v.name.trim(), v.isKept && v.value === '' ? kept : v.value]),
  )
}

export interface EnvironmentFieldProps {
  variables: Variable[]
  onChange: (variables: Variable[]) => void
}

/** Settings of a kernel's environment. Values are kept sealed and never come back. */
export function EnvironmentField({ variables, onChange }: EnvironmentFieldProps) {
  const put = (key: number, change: Partial<Variable>) =>
    onChange(variables.map((v) => (v.key === key ? { ...v, ...change } : v)))
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Environment</legend>
      <p className={styles.hint}>Values are stored sealed and not shown again.</p>
      {variables.map((v, i) => (
        <div key={v.key} className={styles.pair}>
          <TextField
            label={`Name of variable ${i + 1}`}
            hideLabel
            placeholder="NAME"
            autoComplete="off"
            spellCheck={false}
            readOnly={v.isKept}
            value={v.name}
            onChange={(e) => put(v.key, { name: e.target.value })}
          />
          <TextField
            label={`Value of ${v.name || `variable ${i + 1}`}`}
            hideLabel
            type="password"
            placeholder={v.isKept ? 'as it is' : 'value'}
            autoComplete="new-password"
            value={v.value}
            onChange={(e) => put(v.key, { value: e.target.value })}
          />
          <IconButton
            label={`Remove ${v.name || `variable ${i + 1}`}`}
            onClick={() => onChange(variables.filter((other) => other.key !== v.key))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      <Button className={styles.add} onClick={() => onChange([...variables, made('', false)])}>
        <PlusIcon />
        Add a variable
      </Button>
    </fieldset>
  )
}
