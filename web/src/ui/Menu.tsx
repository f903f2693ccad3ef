import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { CheckIcon, ChevronRightIcon } from './icons'
import styles from './Menu.module.css'

export interface MenuProps {
  /** The button that opens it; takes a ref and the usual attributes. */
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
  open?: boolean
  defaultOpen?: boolean
  onOpenChange?: (open: boolean) => void
}

/** A menu below a button, with arrow keys and type-ahead. */
export function Menu({ trigger, children, align = 'end', ...state }: MenuProps) {
  return (
    <Radix.Root modal={false} {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export interface MenuItemProps {
  children: ReactNode
  icon?: ReactNode
  /** Shortcut shown at the end. */
  keys?: string
  danger?: boolean
  disabled?: boolean
  onSelect: () => void
}

export function MenuItem({ children, icon, keys, danger, disabled, onSelect }: MenuItemProps) {
  const look = danger ? `${styles.item} ${styles.danger}` : styles.item
  return (
    <Radix.Item className={look} disabled={disabled} onSelect={onSelect}>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.label}>{children}</span>
      {keys && <span className={styles.keys}>{keys}</span>}
    </Radix.Item>
  )
}

export interface MenuCheckProps {
  children: ReactNode
  checked: boolean
  keys?: string
  disabled?: boolean
  onChange: (checked: boolean) => void
}

export function MenuCheck({ children, checked, keys, disabled, onChange }: MenuCheckProps) {
  return (
    <Radix.CheckboxItem
      className={styles.item}
      checked={checked}
      disabled={disabled}
      onCheckedChange={onChange}
    >
      <span className={styles.icon}>{checked && <CheckIcon />}</span>
      <span className={styles.label}>{children}</span>
      {keys && <span className={styles.keys}>{keys}</span>}
    </Radix.CheckboxItem>
  )
}

export interface MenuChoiceProps<T extends string> {
  label: ReactNode
  icon?: ReactNode
  value: T
  options: { value: T; label: ReactNode }[]
  disabled?: boolean
  onChange: (value: T) => void
}

/** One of several, in a submenu. */
export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  const { label, icon, value, options, disabled, onChange } = props
  return (
    <Radix.Sub>
      <Radix.SubTrigger className={styles.item} disabled={disabled}>
        <span className={styles.icon}>{icon}</span>
        <span className={styles.label}>{label}</span>
        <span className={styles.keys}>
          {options.find((o) => o.value === value)?.label}
          <ChevronRightIcon />
        </span>
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent className={styles.menu} collisionPadding={8}>
          <Radix.RadioGroup value={value} onValueChange={(v) => onChange(v as T)}>
            {options.map((o) => (
              <Radix.RadioItem key={o.value} value={o.value} className={styles.item}>
                <span className={styles.icon}>{o.value === value && <CheckIcon />}</span>
                <span className={styles.label}>{o.label}</span>
              </Radix.RadioItem>
            ))}
          </Radix.RadioGroup>
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  )
}

export interface MenuRadiosProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: ReactNode; hint?: ReactNode; disabled?: boolean }[]
  onChange: (value: T) => void
}

/** One of several, each with a line that explains it. */
export function MenuRadios<T extends string>({ label, value, options, onChange }: MenuRadiosProps<T>) {
  return (
    <Radix.RadioGroup value={value} aria-label={label} onValueChange={(v) => onChange(v as T)}>
      {options.map((o) => (
        <Radix.RadioItem key={o.value} value={o.value} className={styles.item} disabled={o.disabled}>
          <span className={styles.icon}>{o.value === value && <CheckIcon />}</span>
          <span className={styles.label}>
            {o.label}
            {o.hint && <span className={styles.hint}>{o.hint}</span>}
          </span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export const MenuSeparator = () => <Radix.Separator className={styles.separator} />

export const MenuHeading = ({ children }: { children: ReactNode }) => (
  <Radix.Label className={styles.heading}>{children}</Radix.Label>
)
