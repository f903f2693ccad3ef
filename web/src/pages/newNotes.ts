// "Who sees new notes?", in the same words wherever it is asked.
import type { NewNotes } from '../api/types'

export const newNotesQuestion = 'Who sees new notes?'

export const newNotesAnswers: readonly { value: NewNotes; label: string; description: string }[] = [
  {
    value: 'everyone',
    label: 'Everyone who signs in',
    description: 'They can read, run and change a new note. Its maker owns it and can close it.',
  },
  {
    value: 'me',
    label: 'Only the person who makes them',
    description: 'A new note is private until its owner shares it.',
  },
]

/** The same, asked about one's own next note. */
export const thisNoteAnswers: readonly { value: NewNotes; label: string; description: string }[] = [
  {
    value: 'everyone',
    label: 'Everyone who signs in',
    description: 'They can read, run and change it. You own it.',
  },
  { value: 'me', label: 'Only you', description: 'Until you share it.' },
]
