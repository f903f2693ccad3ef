// What every part of the note page can reach, and hooks on it.
import { Text } from '@codemirror/state'
import { createContext, use, useCallback, useMemo, useSyncExternalStore } from 'react'
import type { Action } from '../../api/types'
import type { Run } from '../../wire/types'
import type { Context } from '../commands/context'
import type { Viewport } from '../editors/viewport'
import { useInterpreters } from '../interpreters'
import type { ParagraphState } from '../replica/state'
import { useSlice } from '../replica/store'
import { languageOf, type ParagraphLanguage } from '../text/languages'

export interface NoteContext extends Context {
  viewport: Viewport
}

export const NoteReact = createContext<NoteContext | null>(null)

export function useNote(): NoteContext {
  const note = use(NoteReact)
  if (!note) throw new Error('This is only for the note page.')
  return note
}

/** Whether one may do something on the note now; a note in the trash can only be read. */
export function useMay(action: Action): boolean {
  const { client } = useNote()
  return useSlice(client.store, 'head', (s) => s.allowed.has(action) && !(s.trashed && action !== 'read'))
}

export function useParagraph(id: string): ParagraphState | undefined {
  const { client } = useNote()
  return useSlice(client.store, `p:${id}`, (s) => s.paragraphs.get(id))
}

/** The latest run of a paragraph. */
export function useRun(paragraph: string): Run | undefined {
  const { client } = useNote()
  const id = useSlice(client.store, `p:${paragraph}`, (s) => s.paragraphs.get(paragraph)?.run ?? '')
  return useSlice(client.store, `run:${id}`, (s) => s.runs.get(id))
}

/** Something read from a paragraph's text as it stands here; renders when it changes. */
export function useText<T>(paragraph: string, read: (text: Text, hasUnsent: boolean) => T): T {
  const { client } = useNote()
  const subscribe = useCallback(
    (f: () => void) => {
      const stops = [client.subscribe(paragraph, f), client.store.subscribe(`p:${paragraph}`, f)]
      return () => {
        for (const stop of stops) stop()
      }
    },
    [client, paragraph],
  )
  return useSyncExternalStore(subscribe, () => {
    const here = client.texts.peek(paragraph)
    const text = here?.text ?? client.store.view.paragraphs.get(paragraph)?.text ?? Text.empty
    return read(text, here?.hasUnsent ?? false)
  })
}

/** The language a paragraph is in. */
export function useLanguage(paragraph: string): ParagraphLanguage {
  const { client } = useNote()
  const known = useInterpreters()?.interpreters
  const byDefault = useSlice(client.store, 'head', (s) => s.settings.defaultInterpreter || 'python')
  const key = useText(paragraph, (text) => JSON.stringify(languageOf(text, byDefault, known ?? [])))
  return useMemo(() => JSON.parse(key), [key])
}

/** Whether a paragraph is the current one, and how. */
export function useFocusOf(paragraph: string): 'none' | 'command' | 'edit' {
  const { focus } = useNote()
  return useSyncExternalStore(focus.subscribe, () => (focus.paragraph === paragraph ? focus.mode : 'none'))
}

/** A value of the client that may change with any text, operation or connection. */
export function useClient<T>(read: (client: NoteContext['client']) => T): T {
  const { client } = useNote()
  const subscribe = useCallback((f: () => void) => client.subscribe('', f), [client])
  return useSyncExternalStore(subscribe, () => read(client))
}
