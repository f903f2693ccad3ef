import { exactText, whenText } from './time'

/** A time as people say it, with the exact one on hover. */
export function When({ time }: { time: string }) {
  return (
    <time dateTime={time} data-tip={exactText(time)}>
      {whenText(time)}
    </time>
  )
}
