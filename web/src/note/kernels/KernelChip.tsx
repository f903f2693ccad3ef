// A kernel in the status bar: how it is, and a menu of what can be done with it.
import { useState } from 'react'
import { useMe } from '../../app/session'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { ClockIcon, GearIcon, RestartIcon, StopIcon } from '../../ui/icons'
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '../../ui/Menu'
import type { Kernel } from '../../wire/types'
import { askKernel, type KernelAsk } from '../commands/running'
import { useMay, useNote } from '../page/context'
import styles from './KernelChip.module.css'
import { chipOf, isAlive, sentenceOf, whoseOf } from './words'

export function KernelChip({ kernel }: { kernel: Kernel }) {
  const note = useNote()
  const me = useMe()?.id
  const [asking, setAsking] = useState<KernelAsk>()
  const [mayRun, mayWrite] = [useMay('run'), useMay('write')]
  const ask = (what: KernelAsk) => void askKernel(note, what, kernel)
  const alive = isAlive(kernel)
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button type="button" className={`${styles.chip} ${styles[kernel.state]}`}>
            {chipOf(kernel)}
            {!alive && kernel.reason && `: ${kernel.reason}`}
          </button>
        }
      >
        <MenuHeading>
          <span className={styles.about}>
            {whoseOf(kernel, me)} {sentenceOf(kernel)} {kernel.where}
          </span>
        </MenuHeading>
        {mayRun && alive && (
          <>
            <MenuItem
              icon={<StopIcon />}
              disabled={kernel.state !== 'busy'}
              onSelect={() => ask('interrupt')}
            >
              Interrupt what runs
            </MenuItem>
            <MenuItem icon={<RestartIcon />} onSelect={() => setAsking('restart')}>
              Restart
            </MenuItem>
            <MenuItem icon={<StopIcon />} danger onSelect={() => setAsking('stop')}>
              Stop
            </MenuItem>
          </>
        )}
        <MenuSeparator />
        <MenuItem icon={<ClockIcon />} onSelect={() => note.open('runs')}>
          Runs
        </MenuItem>
        {mayWrite && (
          <MenuItem icon={<GearIcon />} onSelect={() => note.open('kernel')}>
            Together, or each their own
          </MenuItem>
        )}
      </Menu>
      <ConfirmDialog
        open={asking !== undefined}
        onOpenChange={(open) => !open && setAsking(undefined)}
        title={`${asking === 'stop' ? 'Stop' : 'Restart'} ${kernel.interpreter}?`}
        confirm={asking === 'stop' ? 'Stop' : 'Restart'}
        danger
        onConfirm={() => asking && ask(asking)}
      >
        {`What it holds in memory is lost${kernel.person ? '' : ', for everybody who uses it'}: variables, imports, what is running. Texts and outputs stay.`}
      </ConfirmDialog>
    </>
  )
}

/** Others' own kernels, for writers: how many, and a menu to end one. */
export function OthersKernels({ kernels }: { kernels: readonly Kernel[] }) {
  const note = useNote()
  const mayWrite = useMay('write')
  const [stopping, setStopping] = useState<Kernel>()
  if (kernels.length === 0) return null
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button type="button" className={`${styles.chip} ${styles.idle}`}>
            {kernels.length} of others’ own
          </button>
        }
      >
        <MenuHeading>Kernels that others have to themselves</MenuHeading>
        {kernels.map((k) => (
          <MenuItem
            key={`${k.interpreter} ${k.person?.id}`}
            icon={<StopIcon />}
            disabled={!mayWrite}
            onSelect={() => setStopping(k)}
          >
            Stop {k.person?.name}’s {k.interpreter} ({k.state})
          </MenuItem>
        ))}
      </Menu>
      <ConfirmDialog
        open={stopping !== undefined}
        onOpenChange={(open) => !open && setStopping(undefined)}
        title={`Stop ${stopping?.person?.name}’s ${stopping?.interpreter}?`}
        confirm="Stop"
        danger
        onConfirm={() => stopping && void askKernel(note, 'stop', stopping)}
      >
        What it holds in memory is lost for them, and what it runs is cancelled.
      </ConfirmDialog>
    </>
  )
}
