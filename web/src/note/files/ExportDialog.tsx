import { useState } from 'react'
import { address } from '../../api/client'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Dialog } from '../../ui/Dialog'
import { RadioCards } from '../../ui/RadioCards'
import { toast } from '../../ui/Toast'
import { useNote } from '../page/context'
import styles from './ExportDialog.module.css'

type Format = 'ipynb' | 'zpln' | 'zip'

const formats: { value: Format; label: string; description: string }[] = [
  {
    value: 'ipynb',
    label: 'Jupyter notebook',
    description: '.ipynb, for JupyterLab, VS Code, Colab and others.',
  },
  { value: 'zpln', label: 'Zeppelin note', description: '.zpln, for Apache Zeppelin 0.9 and later.' },
  {
    value: 'zip',
    label: 'Archive',
    description: '.zip, a notebook and the note’s files; can be imported here.',
  },
]

/** Asks in which form the note is to leave, and downloads it. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const { client } = useNote()
  const [format, setFormat] = useState<Format>('ipynb')
  const [outputs, setOutputs] = useState(true)
  const [files, setFiles] = useState(true)
  const isArchive = format === 'zip'
  const run = () => {
    const query = { format, outputs: outputs ? 1 : 0, files: isArchive && files ? 1 : 0 }
    download(address(`/notes/${client.note}/export`, query))
    toast('The download has begun.')
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Export note"
      description="The file holds the note as you see it now."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" onClick={run}>
            Download
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <RadioCards legend="Format" value={format} options={formats} onChange={setFormat} />
        <CheckField label="With results" checked={outputs} onChange={setOutputs} />
        {isArchive && (
          <CheckField
            label="With files"
            hint="Installed packages and hidden folders stay behind."
            checked={files}
            onChange={setFiles}
          />
        )}
      </div>
    </Dialog>
  )
}

/** Saves what is at an address; the server names the file. */
function download(href: string) {
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  link.click()
}
