import { useLayoutEffect } from 'react'

/**
 * Gives the focus back to what had it when a dialog opened. Dialogs without a trigger
 * of their own leave it nowhere.
 */
export function useReturnFocus(open: boolean) {
  useLayoutEffect(() => {
    if (!open) return
    const opener = document.activeElement
    return () => {
      // After the dialog has let go of the focus.
      setTimeout(() => opener instanceof HTMLElement && opener.isConnected && opener.focus())
    }
  }, [open])
}
