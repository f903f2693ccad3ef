import { navigate } from '../../app/router'
import { useMe } from '../../app/session'
import { ProposalReview } from '../../share/ProposalReview'
import { useProposal } from '../../share/proposal'
import { trashing } from '../../tree/proposals'
import { IconButton } from '../../ui/IconButton'
import {
  ClockIcon,
  CopyIcon,
  DownloadIcon,
  EraserIcon,
  EyeIcon,
  FolderIcon,
  GearIcon,
  KeyboardIcon,
  MoreIcon,
  SearchIcon,
  TrashIcon,
} from '../../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu'
import { toastError } from '../../ui/Toast'
import { clearAllOutput, toggleAll } from '../commands/structure'
import { shown } from '../keys/match'
import { keysOf } from '../keys/table'
import { useSlice } from '../replica/store'
import { openScratch } from '../scratch/openScratch'
import { useScratch } from '../scratch/useScratch'
import { useMay, useNote } from './context'

/** What can be done with the note as a whole. */
export function NoteMenu() {
  const note = useNote()
  const { client, open } = note
  const [mayRun, mayWrite, mayManage] = [useMay('run'), useMay('write'), useMay('manage')]
  const name = useSlice(client.store, 'head', (s) => s.name)
  const me = useMe()
  const guest = me?.guest
  const scratch = useScratch()
  const { pending, propose, dismiss } = useProposal()

  const trash = () => {
    if (!me) return
    const node = { id: client.note, name }
    propose(trashing(node, me, () => navigate('/'))).catch(toastError)
  }
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More about this note">
            <MoreIcon />
          </IconButton>
        }
      >
        <MenuItem icon={<SearchIcon />} keys={shown('Mod+K')} onSelect={() => open('palette')}>
          Find a command
        </MenuItem>
        <MenuItem icon={<KeyboardIcon />} keys={keysOf('help')} onSelect={() => open('help')}>
          Keyboard shortcuts
        </MenuItem>
        <MenuSeparator />
        {mayWrite && (
          <>
            <MenuItem icon={<EyeIcon />} onSelect={() => toggleAll(note, 'hideCode')}>
              Show or hide all code
            </MenuItem>
            <MenuItem icon={<EyeIcon />} onSelect={() => toggleAll(note, 'hideOutput')}>
              Show or hide all output
            </MenuItem>
            <MenuItem icon={<EraserIcon />} onSelect={() => clearAllOutput(note)}>
              Clear all output
            </MenuItem>
            <MenuSeparator />
          </>
        )}
        {mayWrite && (
          <MenuItem icon={<GearIcon />} onSelect={() => open('kernel')}>
            Kernels: together, or each their own
          </MenuItem>
        )}
        <MenuItem icon={<ClockIcon />} onSelect={() => open('runs')}>
          Runs
        </MenuItem>
        <MenuItem icon={<FolderIcon />} onSelect={() => open('files')}>
          Files
        </MenuItem>
        <MenuItem icon={<DownloadIcon />} onSelect={() => open('export')}>
          Export note
        </MenuItem>
        {mayRun && !guest && !scratch && (
          <MenuItem icon={<CopyIcon />} onSelect={() => openScratch(client.note).catch(toastError)}>
            Try in a scratch copy
          </MenuItem>
        )}
        {!guest && (
          <MenuItem icon={<CopyIcon />} onSelect={() => open('clone')}>
            Clone note
          </MenuItem>
        )}
        {mayManage && !scratch && (
          <MenuItem icon={<TrashIcon />} danger onSelect={trash}>
            Move to trash
          </MenuItem>
        )}
      </Menu>
      {pending && <ProposalReview pending={pending} onClose={dismiss} />}
    </>
  )
}
