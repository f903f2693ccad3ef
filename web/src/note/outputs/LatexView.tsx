import { useEffect, useRef } from 'react'
import styles from './LatexView.module.css'

/** A result in TeX, such as SymPy's: with or without the dollars around it. */
export function LatexView({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const tex = text.trim().replace(/^(\$\$?)([\s\S]*)\1$/, '$2')
    void import('./formula').then((m) => place.current && m.setFormula(place.current, tex, true))
  }, [text])
  return (
    <div ref={place} className={styles.latex}>
      {text}
    </div>
  )
}
