// The question whose kernels run notes, as a note and a folder ask it.
import { RadioCards } from '../ui/RadioCards'

/** '' leaves it to the folder above. */
export type KernelMode = 'together' | 'own' | ''

const modes: { value: KernelMode; label: string; description: string }[] = [
  {
    value: '',
    label: 'As the folder above says',
    description:
      'If none says it: together. Where everybody or more than twenty people may run, those who may not write have their own.',
  },
  {
    value: 'together',
    label: 'Together',
    description: 'Everybody runs in the same kernel, sees its variables, and sees every result.',
  },
  {
    value: 'own',
    label: 'Each their own',
    description: 'Nobody meets the variables of others. Results are seen by who ran them and by writers.',
  },
]

export interface KernelModesProps {
  legend: string
  value: KernelMode
  onChange: (mode: KernelMode) => void
}

export function KernelModes({ legend, value, onChange }: KernelModesProps) {
  return <RadioCards legend={legend} value={value} options={modes} onChange={onChange} />
}
