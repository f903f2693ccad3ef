import { useState } from 'react'
import { TextField } from '../ui/TextField'
import styles from './NewPasswordFields.module.css'
import { minPassword, strengthOf, strengthText } from './password'

export interface NewPassword {
  first: string
  second: string
}

export const noPassword: NewPassword = { first: '', second: '' }

/** What is wrong with the two, or undefined when they can be sent. */
export function passwordProblem({ first, second }: NewPassword): keyof NewPassword | undefined {
  if ([...first].length < minPassword) return 'first'
  return first === second ? undefined : 'second'
}

export interface NewPasswordFieldsProps {
  value: NewPassword
  onChange: (value: NewPassword) => void
  /** Whose password it is: it should not hold the name. */
  name?: string
  label?: string
  /** Shows what is wrong, as after trying to send. */
  tried: boolean
  autoFocus?: boolean
}

/** A new password, twice, with a hint on how good it is. */
export function NewPasswordFields(props: NewPasswordFieldsProps) {
  const { value, onChange, name, label = 'Password', tried, autoFocus } = props
  const [visible, setVisible] = useState(false)
  const strength = strengthOf(value.first, name)
  const problem = tried ? passwordProblem(value) : undefined
  const type = visible ? 'text' : 'password'
  return (
    <>
      <div className={styles.first}>
        <TextField
          label={label}
          type={type}
          autoComplete="new-password"
          required
          autoFocus={autoFocus}
          value={value.first}
          onChange={(e) => onChange({ ...value, first: e.target.value })}
          error={problem === 'first' && `The password needs at least ${minPassword} characters.`}
          hint={<span className={styles[strength]}>{strengthText[strength]}</span>}
        />
        <button
          type="button"
          className={styles.show}
          aria-label={visible ? 'Hide password' : 'Show password'}
          onClick={() => setVisible(!visible)}
        >
          {visible ? 'Hide' : 'Show'}
        </button>
      </div>
      <TextField
        label={`${label}, once more`}
        type={type}
        autoComplete="new-password"
        required
        value={value.second}
        onChange={(e) => onChange({ ...value, second: e.target.value })}
        error={problem === 'second' && 'The two passwords are not the same.'}
      />
    </>
  )
}
