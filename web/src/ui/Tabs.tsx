import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './Tabs.module.css'

export interface TabsProps<T extends string> {
  label: string
  value: T
  onChange: (value: T) => void
  tabs: readonly { value: T; label: ReactNode; content: ReactNode }[]
}

/** Several pages in one place, chosen by a row of words. */
export function Tabs<T extends string>({ label, value, onChange, tabs }: TabsProps<T>) {
  return (
    <Radix.Root value={value} onValueChange={(v) => onChange(v as T)}>
      <Radix.List className={styles.list} aria-label={label}>
        {tabs.map((t) => (
          <Radix.Trigger key={t.value} value={t.value} className={styles.tab}>
            {t.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((t) => (
        <Radix.Content key={t.value} value={t.value} className={styles.content}>
          {t.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
