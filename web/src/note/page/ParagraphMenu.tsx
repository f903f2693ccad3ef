import { useState } from 'react'
import { IconButton } from '../../ui/IconButton'
import {
  ArrowDownIcon,
  ArrowUpIcon,
  CopyIcon,
  EditIcon,
  EraserIcon,
  GearIcon,
  LinkIcon,
  RunAllIcon,
  TrashIcon,
} from '../../ui/icons'
import { Menu, MenuCheck, MenuChoice, MenuItem, MenuSeparator } from '../../ui/Menu'
import { toast } from '../../ui/Toast'
import type { ParagraphSettings } from '../../wire/types'
import { runAbove, runBelow } from '../commands/running'
import { clearOutput, duplicate, move, remove, setParagraph } from '../commands/structure'
import { shown } from '../keys/match'
import { keysOf } from '../keys/table'
import type { ParagraphState } from '../replica/state'
import { useMay, useNote } from './context'
import { titleRequests } from './titleRequests'

/** What can be done with, and set on, one paragraph. The menu is made when it is wanted. */
export function ParagraphMenu({ paragraph }: { paragraph: ParagraphState }) {
  const [isWanted, setWanted] = useState(false)
  const label = 'Paragraph settings and actions'
  if (!isWanted)
    return (
      <IconButton label={label} aria-haspopup="menu" onClick={() => setWanted(true)}>
        <GearIcon />
      </IconButton>
    )
  return (
    <Menu
      defaultOpen
      trigger={
        <IconButton label={label}>
          <GearIcon />
        </IconButton>
      }
    >
      <Items paragraph={paragraph} />
    </Menu>
  )
}

const keys = (id: string) => shown(keysOf(id) ?? '')

function Items({ paragraph }: { paragraph: ParagraphState }) {
  const note = useNote()
  const [mayWrite, mayRun] = [useMay('write'), useMay('run')]
  const { id } = paragraph
  return (
    <>
      {mayWrite && <Settings paragraph={paragraph} />}
      {mayRun && (
        <>
          <MenuItem
            icon={<RunAllIcon />}
            keys={keys('run-above')}
            onSelect={() => at(note, id, () => runAbove(note))}
          >
            Run all above
          </MenuItem>
          <MenuItem keys={keys('run-below')} onSelect={() => at(note, id, () => runBelow(note))}>
            Run this and all below
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={<CopyIcon />} onSelect={() => copy(id, 'The paragraph’s id')}>
        Copy id
      </MenuItem>
      <MenuItem icon={<LinkIcon />} onSelect={() => copy(linkTo(note.client.note, id), 'The link')}>
        Copy link to this paragraph
      </MenuItem>
      {mayWrite && <Actions id={id} />}
    </>
  )
}

/** Does something with this paragraph as the current one. */
function at(note: ReturnType<typeof useNote>, id: string, act: () => void) {
  note.focus.set(id, 'command')
  act()
}

const linkTo = (note: string, id: string) => `${location.origin}/n/${note}#p=${id}`

async function copy(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text)
    toast(`${what} was copied.`)
  } catch {
    toast(text)
  }
}

const widths = Array.from({ length: 12 }, (_, i) => String(i + 1))
const sizes = ['11', '12', '13', '14', '15', '16', '18', '20']

function Settings({ paragraph }: { paragraph: ParagraphState }) {
  const note = useNote()
  const { id, settings } = paragraph
  const set = (s: ParagraphSettings) => setParagraph(note, id, s)
  return (
    <>
      <MenuItem icon={<EditIcon />} onSelect={() => titleRequests.ask(id)}>
        {paragraph.title ? 'Change title' : 'Add title'}
      </MenuItem>
      <MenuChoice
        label="Width"
        value={String(settings.width || 12)}
        options={widths.map((value) => ({ value, label: value === '12' ? 'Full (12)' : value }))}
        onChange={(v) => set({ width: Number(v) })}
      />
      <MenuChoice
        label="Font size"
        value={String(settings.fontSize || 13)}
        options={sizes.map((value) => ({ value, label: value === '13' ? '13 (usual)' : value }))}
        onChange={(v) => set({ fontSize: Number(v) })}
      />
      <MenuSeparator />
      <MenuCheck
        checked={settings.hideCode ?? false}
        keys={keys('toggle-code')}
        onChange={(hideCode) => set({ hideCode })}
      >
        Hide code
      </MenuCheck>
      <MenuCheck
        checked={settings.hideOutput ?? false}
        keys={keys('toggle-output')}
        onChange={(hideOutput) => set({ hideOutput })}
      >
        Hide output
      </MenuCheck>
      <MenuCheck
        checked={settings.lineNumbers ?? false}
        keys={keys('line-numbers')}
        onChange={(lineNumbers) => set({ lineNumbers })}
      >
        Line numbers
      </MenuCheck>
      <MenuCheck checked={settings.disabled ?? false} onChange={(disabled) => set({ disabled })}>
        Disable run
      </MenuCheck>
      <MenuSeparator />
    </>
  )
}

function Actions({ id }: { id: string }) {
  const note = useNote()
  return (
    <>
      <MenuSeparator />
      <MenuItem icon={<ArrowUpIcon />} keys={keys('move-up')} onSelect={() => move(note, -1, id)}>
        Move up
      </MenuItem>
      <MenuItem icon={<ArrowDownIcon />} keys={keys('move-down')} onSelect={() => move(note, 1, id)}>
        Move down
      </MenuItem>
      <MenuItem icon={<CopyIcon />} keys={keys('duplicate')} onSelect={() => duplicate(note, id)}>
        Clone paragraph
      </MenuItem>
      <MenuItem icon={<EraserIcon />} keys={keys('clear')} onSelect={() => clearOutput(note, id)}>
        Clear output
      </MenuItem>
      <MenuItem icon={<TrashIcon />} danger keys={keys('delete')} onSelect={() => void remove(note, id)}>
        Delete
      </MenuItem>
    </>
  )
}
