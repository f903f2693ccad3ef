import { useCallback, useState } from 'react'

/** The newest message for people who listen instead of looking. */
export function useAnnouncer() {
  const [message, setMessage] = useState({ text: '', count: 0 })
  const announce = useCallback((text: string) => setMessage((m) => ({ text, count: m.count + 1 })), [])
  return { message, announce }
}

export function Announcer({ message }: { message: { text: string; count: number } }) {
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      <span key={message.count}>{message.text}</span>
    </div>
  )
}
