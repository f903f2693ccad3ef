// One tooltip for the whole page: any element with data-tip shows it on hover and
// on keyboard focus. A note has thousands of buttons; a component each would cost.
import { useEffect, useRef, useState } from 'react'
import styles from './Tooltip.module.css'

interface Tip {
  text: string
  keys?: string
  anchor: DOMRect
}

const delay = 450

/** Put once beside the application; elements only carry `data-tip`. */
export function TooltipLayer() {
  const [tip, setTip] = useState<Tip | null>(null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => listen(setTip), [])
  useEffect(() => {
    if (tip && box.current) place(box.current, tip.anchor)
  }, [tip])
  if (!tip) return null
  return (
    <div ref={box} className={styles.tip} aria-hidden="true">
      {tip.text}
      {tip.keys && <span className={styles.keys}>{tip.keys}</span>}
    </div>
  )
}

function listen(show: (tip: Tip | null) => void) {
  const stop = new AbortController()
  const { signal } = stop
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: Element | null = null
  const hide = () => {
    clearTimeout(timer)
    changes.disconnect()
    current = null
    show(null)
  }
  // A button that does something else now says so the next time it is pointed at.
  const changes = new MutationObserver(hide)
  const aim = (target: EventTarget | null, wait: number) => {
    const element = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null
    if (element === current) return
    hide()
    current = element
    if (!element) return
    changes.observe(element, { attributeFilter: ['data-tip'] })
    timer = setTimeout(() => isFree(element) && show(read(element)), wait)
  }
  document.addEventListener('pointerover', (e) => e.pointerType !== 'touch' && aim(e.target, delay), {
    signal,
  })
  document.addEventListener(
    'focusin',
    (e) => e.target instanceof Element && e.target.matches(':focus-visible') && aim(e.target, 0),
    { signal },
  )
  for (const event of ['focusout', 'pointerdown', 'keydown', 'scroll'])
    document.addEventListener(event, hide, { signal, capture: true, passive: true })
  return () => {
    hide()
    stop.abort()
  }
}

/** Still there, and its menu is not open. */
function isFree(element: HTMLElement): boolean {
  return element.isConnected && element.dataset.state !== 'open'
}

function read(element: HTMLElement): Tip {
  return {
    text: element.dataset.tip ?? '',
    keys: element.dataset.tipKeys,
    anchor: element.getBoundingClientRect(),
  }
}

function place(box: HTMLElement, anchor: DOMRect) {
  const { width, height } = box.getBoundingClientRect()
  const below = anchor.bottom + 6 + height < window.innerHeight
  const left = Math.min(
    Math.max(8, anchor.left + anchor.width / 2 - width / 2),
    window.innerWidth - width - 8,
  )
  box.style.left = `${left}px`
  box.style.top = `${below ? anchor.bottom + 6 : anchor.top - height - 6}px`
  box.style.visibility = 'visible'
}
