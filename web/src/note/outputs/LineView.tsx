import { memo } from 'react'
import { css } from './ansi'
import type { Line } from './textBuffer'

/** One line of printed text: text nodes and spans, whatever is in it. */
export const LineView = memo(function LineView({ line }: { line: Line }) {
  if (typeof line === 'string') return line
  return line.map((run, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a run is its place in the line
    <span key={i} style={css(run.style)}>
      {run.text}
    </span>
  ))
})
