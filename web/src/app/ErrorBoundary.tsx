import { Component, type ReactNode } from 'react'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'

/** Shows that a page failed, instead of an empty one. What was typed is kept by the browser. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <EmptyState
        title="This page has failed"
        action={<Button onClick={() => window.location.reload()}>Load it again</Button>}
      >
        What you typed is kept on this computer. If it fails again, tell whoever runs the server.
      </EmptyState>
    )
  }
}
