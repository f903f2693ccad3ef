import { type ComponentProps, useState } from 'react'
import { ChevronDownIcon } from '../../ui/icons'
import { Menu, MenuHeading, MenuItem } from '../../ui/Menu'
import { setPrefix } from '../commands/structure'
import { bears, useInterpreters } from '../interpreters'
import { useLanguage, useMay, useNote } from './context'
import styles from './LanguageChip.module.css'

/** The paragraph's language; choosing another one changes the first line of the text. */
export function LanguageChip({ id, isRendered }: { id: string; isRendered: boolean }) {
  const mayWrite = useMay('write')
  const [isWanted, setWanted] = useState(false)
  const { name } = useLanguage(id)
  if (isRendered) return null
  if (!mayWrite) return <span className={styles.chip}>{name}</span>
  // The menu is made when it is first wanted: a note has hundreds of these.
  if (!isWanted) return <Chip name={name} aria-haspopup="menu" onClick={() => setWanted(true)} />
  return (
    <Menu trigger={<Chip name={name} />} align="start" defaultOpen>
      <Choices id={id} />
    </Menu>
  )
}

function Chip({ name, ...rest }: ComponentProps<'button'> & { name: string }) {
  return (
    <button
      type="button"
      className={`${styles.chip} ${styles.button}`}
      aria-label={`Language: ${name}`}
      {...rest}
    >
      {name}
      <ChevronDownIcon />
    </button>
  )
}

function Choices({ id }: { id: string }) {
  const note = useNote()
  const known = useInterpreters()?.interpreters ?? []
  const byDefault = note.client.store.view.settings.defaultInterpreter || 'python'
  const choose = (name: string | null) => setPrefix(note, name, id)
  return (
    <>
      <MenuHeading>Runs in</MenuHeading>
      <MenuItem onSelect={() => choose(null)} keys="default">
        {known.find((i) => bears(i, byDefault))?.displayName ?? byDefault}
      </MenuItem>
      {known
        .filter((i) => !bears(i, byDefault))
        .map((i) => (
          <MenuItem key={i.name} keys={`%${i.name}`} onSelect={() => choose(i.name)}>
            {i.displayName}
          </MenuItem>
        ))}
      <MenuItem keys="%md" onSelect={() => choose('md')}>
        Markdown
      </MenuItem>
    </>
  )
}
