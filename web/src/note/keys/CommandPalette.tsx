import { Dialog as Radix } from 'radix-ui'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import type { Node } from '../../api/types'
import { navigate } from '../../app/router'
import { hrefOf } from '../../tree/address'
import { foldersNamed, pathOf, pathText } from '../../tree/nodes'
import { useTree } from '../../tree/store'
import { type Context, may } from '../commands/context'
import { useNote } from '../page/context'
import styles from './CommandPalette.module.css'
import { shown } from './match'
import { type Command, commands } from './table'

const mostFolders = 5

/** Finds a command by its words and does it to the current paragraph, or a folder and goes there. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const note = useNote()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const chosen = useRef<Command>(undefined)
  const list = useId()
  const { nodes } = useTree()
  const found = [...findCommands(note, query), ...(nodes ? findFolders(nodes, query) : [])]
  const current = Math.min(at, found.length - 1)

  const choose = (command: Command | undefined) => {
    chosen.current = command
    onClose()
  }
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt((current + 1) % found.length)
    else if (e.key === 'ArrowUp') setAt((current - 1 + found.length) % found.length)
    else if (e.key === 'Enter') choose(found[current])
    else return
    e.preventDefault()
  }
  // The command is done once the focus is back where it was.
  const afterClose = () => chosen.current?.run(note)
  return (
    <Radix.Root open onOpenChange={onClose}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content
          className={styles.palette}
          aria-describedby={undefined}
          onCloseAutoFocus={() => setTimeout(afterClose)}
        >
          <Radix.Title className="visually-hidden">Find a command</Radix.Title>
          <input
            className={styles.input}
            role="combobox"
            aria-label="Command"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={found[current] && `${list}-${found[current].id}`}
            placeholder="Find a command or a folder"
            value={query}
            onChange={(e) => {
              setQuery(e.target.value)
              setAt(0)
            }}
            onKeyDown={onKey}
          />
          <div id={list} role="listbox" aria-label="Commands" className={styles.list}>
            {found.map((c, i) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
              <div
                key={c.id}
                id={`${list}-${c.id}`}
                role="option"
                aria-selected={i === current}
                className={styles.item}
                ref={i === current ? (e) => e?.scrollIntoView({ block: 'nearest' }) : undefined}
                onClick={() => choose(c)}
                onPointerMove={() => setAt(i)}
              >
                <span>{c.label}</span>
                {c.keys[0] && <span className={styles.keys}>{shown(c.keys[0])}</span>}
              </div>
            ))}
            {found.length === 0 && <p className={styles.none}>There is no such command or folder.</p>}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Going to the folders whose name has all the words of the query. */
export function findFolders(nodes: ReadonlyMap<string, Node>, query: string): Command[] {
  return foldersNamed(nodes, query)
    .slice(0, mostFolders)
    .map((folder) => ({
      id: `folder-${folder.id}`,
      label: `Go to folder ${pathText(pathOf(nodes, folder.id))}`,
      group: 'Page',
      keys: [],
      when: 'always',
      run: () => navigate(hrefOf(folder)),
    }))
}

/** Commands whose label has all the words of the query, those that begin with it first. */
export function findCommands(c: Context, query: string): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const open = commands.filter((x) => !x.isKeyOnly && (!x.needs || may(c, x.needs)))
  const found = open.filter((x) => words.every((w) => x.label.toLowerCase().includes(w)))
  const rank = (x: Command) => (x.label.toLowerCase().startsWith(query.toLowerCase()) ? 0 : 1)
  return found.toSorted((a, b) => rank(a) - rank(b))
}
