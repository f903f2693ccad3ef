// Light, dark, or as the system says. The choice is this browser's.
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const key = 'quire.theme'
const listeners = new Set<() => void>()
const system = window.matchMedia?.('(prefers-color-scheme: dark)')
let theme = stored()

function stored(): Theme {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

/** Puts the choice on the document; called once before the first render. */
export function applyTheme() {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

export function setTheme(next: Theme) {
  theme = next
  try {
    localStorage.setItem(key, next)
  } catch {
    // A browser that stores nothing forgets the choice on reload.
  }
  applyTheme()
  for (const f of listeners) f()
}

function subscribe(f: () => void) {
  listeners.add(f)
  system?.addEventListener('change', f)
  return () => {
    listeners.delete(f)
    system?.removeEventListener('change', f)
  }
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme)
}

/** Which of the two is shown now. */
export function shownTheme(): 'light' | 'dark' {
  if (theme !== 'system') return theme
  return system?.matches ? 'dark' : 'light'
}

export function useShownTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, shownTheme)
}
