import type { InterpreterRow } from '../../api/types'
import { TextField } from '../../ui/TextField'
import styles from './Fields.module.css'

type Limits = InterpreterRow['limits']

/** Limits as they are written: empty is what the server has for all. */
export type Numbers = Record<'memory' | 'processes' | 'idle' | 'kernelsPerPerson', string>

/** What one written unit is for the server. */
const units = { memory: 1 << 20, processes: 1, idle: 60, kernelsPerPerson: 1 } as const

const labels: readonly [keyof Numbers, string, isOfKernel: boolean][] = [
  ['memory', 'Memory, MB', true],
  ['processes', 'Processes', true],
  ['idle', 'Ends when idle for, minutes', false],
  ['kernelsPerPerson', 'Kernels per person', false],
]

export function numbersOf(limits: Limits): Numbers {
  const written = (name: keyof Numbers) => {
    const n = limits[name]
    return n ? String(n / units[name]) : ''
  }
  return {
    memory: written('memory'),
    processes: written('processes'),
    idle: written('idle'),
    kernelsPerPerson: written('kernelsPerPerson'),
  }
}

export function limitsOf(numbers: Numbers): Limits {
  const limits: Limits = {}
  for (const [name] of labels)
    if (Number(numbers[name]) > 0) limits[name] = Math.round(Number(numbers[name]) * units[name])
  return limits
}

export interface LimitFieldsProps {
  /** Memory and processes are a kernel's; a connection has none. */
  isKernel: boolean
  numbers: Numbers
  onChange: (numbers: Numbers) => void
}

export function LimitFields({ isKernel, numbers, onChange }: LimitFieldsProps) {
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Limits</legend>
      <p className={styles.hint}>Left empty, they are as the server has them for all.</p>
      <div className={styles.grid}>
        {labels
          .filter(([, , isOfKernel]) => isKernel || !isOfKernel)
          .map(([name, label]) => (
            <TextField
              key={name}
              label={label}
              type="number"
              min={0}
              step="any"
              inputMode="decimal"
              value={numbers[name]}
              onChange={(e) => onChange({ ...numbers, [name]: e.target.value })}
            />
          ))}
      </div>
    </fieldset>
  )
}
