import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { ApiError, whenSignedOut } from '../api/client'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { CloudOffIcon } from '../ui/icons'
import { Spinner } from '../ui/Spinner'
import { Toasts } from '../ui/Toast'
import { TooltipLayer } from '../ui/Tooltip'
import { AppShell } from './AppShell'
import { ErrorBoundary } from './ErrorBoundary'
import { navigate, signInAddress, usePlace } from './router'
import { loadMe, setMe, useMe } from './session'

const SignInPage = lazy(() => import('../pages/SignInPage').then((m) => ({ default: m.SignInPage })))
const SetupPage = lazy(() => import('../pages/SetupPage').then((m) => ({ default: m.SetupPage })))
const WelcomePage = lazy(() => import('../pages/WelcomePage').then((m) => ({ default: m.WelcomePage })))
const OpenLinkPage = lazy(() => import('../pages/OpenLinkPage').then((m) => ({ default: m.OpenLinkPage })))
const HomePage = lazy(() => import('../pages/HomePage').then((m) => ({ default: m.HomePage })))
const PeoplePage = lazy(() => import('../pages/PeoplePage').then((m) => ({ default: m.PeoplePage })))
const AccountPage = lazy(() => import('../pages/AccountPage').then((m) => ({ default: m.AccountPage })))
const GroupsPage = lazy(() => import('../pages/GroupsPage').then((m) => ({ default: m.GroupsPage })))
const InterpretersPage = lazy(() =>
  import('../pages/InterpretersPage').then((m) => ({ default: m.InterpretersPage })),
)
const RequestsPage = lazy(() => import('../pages/RequestsPage').then((m) => ({ default: m.RequestsPage })))
const TrashPage = lazy(() => import('../pages/TrashPage').then((m) => ({ default: m.TrashPage })))
const Sidebar = lazy(() => import('../pages/Sidebar').then((m) => ({ default: m.Sidebar })))
const NotePage = lazy(() => import('../note/page/NotePage').then((m) => ({ default: m.NotePage })))

whenSignedOut(() => {
  setMe(null)
  navigate(signInAddress(), { replace: true })
})

/** The page for an address that needs no sign-in, or null. */
function openPage(path: string): ReactNode {
  if (path === '/sign-in') return <SignInPage />
  if (path === '/setup') return <SetupPage />
  if (path === '/welcome') return <WelcomePage />
  if (path === '/l') return <OpenLinkPage />
  return null
}

/** An id as the server writes it: 128 bits in 26 characters, so the last one has two to spare. */
const notePath = /^\/n\/(?!0{26})([0-9a-hjkmnp-tv-z]{25}[048cgmrw])$/

/** The page for an address of somebody who is signed in. */
function ownPage(path: string): ReactNode {
  const note = notePath.exec(path)?.[1]
  if (note) return <NotePage key={note} id={note} />
  if (path === '/') return <HomePage />
  if (path === '/people') return <PeoplePage />
  if (path === '/groups') return <GroupsPage />
  if (path === '/interpreters') return <InterpretersPage />
  if (path === '/account') return <AccountPage />
  if (path === '/trash') return <TrashPage />
  if (path === '/requests') return <RequestsPage />
  return <NoSuchPage />
}

function NoSuchPage() {
  return (
    <EmptyState title="There is no such page" action={<Button onClick={() => navigate('/')}>Go home</Button>}>
      The address may be misspelt, or what it led to is gone.
    </EmptyState>
  )
}

export function App() {
  const { path } = usePlace()
  const open = openPage(path)
  return (
    <>
      <Suspense fallback={<Spinner label="Loading" page />}>
        {open ?? (
          <SignedIn>
            <AppShell sidebar={<Sidebar />}>
              <ErrorBoundary key={path}>
                <Suspense fallback={<Spinner label="Loading" page />}>{ownPage(path)}</Suspense>
              </ErrorBoundary>
            </AppShell>
          </SignedIn>
        )}
      </Suspense>
      <Toasts />
      <TooltipLayer />
    </>
  )
}

/** Shows its children once it is known who is signed in. */
function SignedIn({ children }: { children: ReactNode }) {
  const me = useMe()
  const [failure, setFailure] = useState<string>()
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    if (me) return
    setFailure(undefined)
    loadMe().catch((e: unknown) => {
      if (e instanceof ApiError && e.status === 401) return
      setFailure(e instanceof Error ? e.message : String(e))
    })
  }, [me, attempt])
  if (me) return children
  if (!failure) return <Spinner label="Loading" page />
  return (
    <EmptyState
      icon={<CloudOffIcon />}
      title="Quire cannot be reached"
      action={<Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>}
    >
      {failure}
    </EmptyState>
  )
}
