import { renderHook, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import type { Node } from '../api/types'
import '../testing/components'
import { fakeApi, refusal } from '../testing/fakeApi'
import { dropNode, loadTree, useTree } from './store'

const node = (id: string, parent?: string): Node => ({
  id,
  parent,
  kind: 'folder',
  name: id,
  allowed: ['read'],
  shared: 'me',
  changedAt: '',
})

let unmount = () => {}
afterEach(() => unmount())

/** As when something begins to show the tree. */
function shown() {
  const hook = renderHook(useTree)
  unmount = hook.unmount
  return hook.result
}

it('asks once more for any number of changes during a question', async () => {
  const waiting: ((answer: unknown) => void)[] = []
  const calls = fakeApi({ 'GET /tree': () => new Promise((resolve) => waiting.push(resolve)) })
  const tree = shown()
  await waitFor(() => expect(waiting).toHaveLength(1))
  loadTree()
  loadTree()
  const settled = loadTree()
  waiting[0]?.({ nodes: [node('old')] })
  await waitFor(() => expect(waiting).toHaveLength(2))
  waiting[1]?.({ nodes: [node('new')] })
  await settled
  await waitFor(() => expect([...(tree.current.nodes?.keys() ?? [])]).toEqual(['new']))
  expect(calls).toHaveLength(2)
})

it('keeps what it has when a question fails, and says so', async () => {
  const routes = { 'GET /tree': (): unknown => ({ nodes: [node('a')] }) }
  fakeApi(routes)
  const tree = shown()
  await waitFor(() => expect(tree.current.nodes?.size).toBe(1))
  routes['GET /tree'] = () => refusal(503, 'unavailable', 'away')
  await loadTree()
  await waitFor(() => expect(tree.current.error).toBeTruthy())
  expect(tree.current.nodes?.size).toBe(1)
})

it('forgets everything when nothing shows it any more, even what comes late', async () => {
  let answer = (_: unknown) => {}
  fakeApi({
    'GET /tree': () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  })
  shown()
  const asked = loadTree()
  unmount()
  answer({ nodes: [node('secret')] })
  await asked
  fakeApi({ 'GET /tree': () => new Promise(() => {}) })
  expect(shown().current.nodes).toBeUndefined()
})

it('takes what is below a node out of sight with it', async () => {
  fakeApi({ 'GET /tree': { nodes: [node('a'), node('b', 'a'), node('c', 'b'), node('d')] } })
  const tree = shown()
  await waitFor(() => expect(tree.current.nodes?.size).toBe(4))
  dropNode('a')
  await waitFor(() => expect([...(tree.current.nodes?.keys() ?? [])]).toEqual(['d']))
})
