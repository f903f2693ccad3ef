import { expect, it } from 'vitest'
import { highlight } from './highlight'

const marked = (text: string, query: string) =>
  highlight(text, query)
    .map((p) => (p.hit ? `[${p.text}]` : p.text))
    .join('')

it('marks beginnings of words, in any case and script', () => {
  expect(marked('Churn of churners, unchurned', 'churn')).toBe('[Churn] of [churn]ers, unchurned')
  expect(marked('Größe der größten Häuser', 'größ')).toBe('[Größ]e der [größ]ten Häuser')
})

it('marks the longest of several words', () => {
  expect(marked('import pandas as pd', 'pan pandas pd')).toBe('import [pandas] as [pd]')
})

it('takes signs in the query for nothing but signs', () => {
  expect(marked('a.b (c) <script>', '.* (c) <script>')).toBe('a.b ([c]) <[script]>')
  expect(marked('anything', '.*')).toBe('anything')
  expect(marked('', 'x')).toBe('')
})

it('loses no text', () => {
  const text = 'one two three two one'
  expect(
    highlight(text, 'two')
      .map((p) => p.text)
      .join(''),
  ).toBe(text)
})
