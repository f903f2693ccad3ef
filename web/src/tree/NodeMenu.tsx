import type { Node } from '../api/types'
import { IconButton } from '../ui/IconButton'
import {
  CopyIcon,
  EditIcon,
  FolderIcon,
  GearIcon,
  LockIcon,
  MoreIcon,
  NoteIcon,
  TrashIcon,
} from '../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu'

/** What can be done to a node from the tree. */
export type Command = 'rename' | 'new note' | 'new folder' | 'move' | 'clone' | 'share' | 'kernels' | 'trash'

/** Whether the node takes the command; the server decides in the end. */
export function takes(node: Node, command: Command): boolean {
  const may = (action: Node['allowed'][number]) => node.allowed.includes(action)
  switch (command) {
    case 'new note':
    case 'new folder':
      return node.kind === 'folder' && may('write')
    case 'clone':
      return node.kind === 'note' && may('read')
    case 'share':
      return may('read')
    default:
      return may('manage')
  }
}

export interface NodeMenuProps {
  node: Node
  open: boolean
  onOpenChange: (open: boolean) => void
  onCommand: (command: Command, node: Node) => void
}

/** The button behind a row. Its menu is only there while it is open: rows are many. */
export function NodeMenu({ node, open, onOpenChange, onCommand }: NodeMenuProps) {
  const button = (
    <IconButton
      label={`Actions for ${node.name}`}
      aria-haspopup="menu"
      tabIndex={-1}
      onClick={() => onOpenChange(true)}
    >
      <MoreIcon />
    </IconButton>
  )
  if (!open) return button
  const item = (command: Command) => ({
    disabled: !takes(node, command),
    onSelect: () => onCommand(command, node),
  })
  return (
    <Menu trigger={button} open onOpenChange={onOpenChange}>
      {node.kind === 'folder' && (
        <>
          <MenuItem icon={<NoteIcon />} {...item('new note')}>
            New note here
          </MenuItem>
          <MenuItem icon={<FolderIcon />} {...item('new folder')}>
            New folder here
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={<LockIcon />} {...item('share')}>
        {node.allowed.includes('manage') ? 'Share…' : 'Who has access…'}
      </MenuItem>
      <MenuItem icon={<EditIcon />} keys="F2" {...item('rename')}>
        Rename
      </MenuItem>
      <MenuItem icon={<FolderIcon />} {...item('move')}>
        Move to…
      </MenuItem>
      {node.kind === 'folder' && (
        <MenuItem icon={<GearIcon />} {...item('kernels')}>
          Kernels: together, or each their own
        </MenuItem>
      )}
      {node.kind === 'note' && (
        <MenuItem icon={<CopyIcon />} {...item('clone')}>
          Clone
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={<TrashIcon />} keys="Del" danger {...item('trash')}>
        Move to trash
      </MenuItem>
    </Menu>
  )
}
