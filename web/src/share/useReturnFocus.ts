import { useLayoutEffect } from 'react'

/**
 * Gives the focus back to what had it when a dialog opened, or to the button of the
 * menu it was opened from. Dialogs without a trigger of their own leave it nowhere.
 */
export function useReturnFocus(open: boolean) {
  useLayoutEffect(() => {
    if (!open) return
    const opener = openerOf(document.activeElement)
    return () => {
      // After the dialog has let go of the focus.
      setTimeout(() => opener instanceof HTMLElement && opener.isConnected && opener.focus())
    }
  }, [open])
}

/** The element itself, or for an item of a menu, which is about to go, the menu's button. */
function openerOf(focused: Element | null): Element | null {
  const button = focused?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  return button ? document.getElementById(button) : focused
}
