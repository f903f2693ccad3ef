import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { navigate } from '../app/router'
import { addressOf, countNotes, useWorkspace } from './workspace'

beforeEach(() => {
  localStorage.clear()
  navigate('/', { replace: true })
})

it('keeps the choice in this browser, for each account', () => {
  const first = renderHook(() => useWorkspace(1))
  expect(first.result.current[0]).toBe('all')
  act(() => first.result.current[1]('some'))
  expect(first.result.current[0]).toBe('some')
  expect(localStorage.getItem('quire.workspace.1')).toBe('some')
  first.unmount()
  navigate('/', { replace: true })
  expect(renderHook(() => useWorkspace(2)).result.current[0], 'of somebody else').toBe('all')
  expect(renderHook(() => useWorkspace(1)).result.current[0]).toBe('some')
})

it('stands in the address, and follows it', () => {
  navigate('/?q=x', { replace: true })
  const { result } = renderHook(() => useWorkspace(3))
  act(() => result.current[1]('me'))
  expect(window.location.search).toBe('?q=x&in=me')
  act(() => navigate('/?in=everyone'))
  expect(result.current[0]).toBe('everyone')
  act(() => navigate('/?in=nonsense'))
  expect(result.current[0]).toBe('everyone')
  expect(addressOf('?q=x&in=me', 'all')).toBe('/?q=x')
})

it('counts notes, not folders', () => {
  const node = (kind: 'note' | 'folder', shared: 'me' | 'some') => ({
    id: '',
    name: '',
    kind,
    shared,
    allowed: [],
    changedAt: '',
  })
  expect(countNotes([node('note', 'me'), node('note', 'some'), node('folder', 'some')])).toEqual({
    all: 2,
    me: 1,
    some: 1,
    everyone: 0,
  })
})
