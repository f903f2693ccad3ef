import { expect, it } from 'vitest'
import { strengthOf } from './password'

it('asks for eight characters, counted as people count them', () => {
  expect(strengthOf('')).toBe('short')
  expect(strengthOf('häß4tür')).toBe('short')
  expect(strengthOf('🙂🙃😉😊')).toBe('short')
  expect(strengthOf('häß4türe')).toBe('fair')
})

it('finds repetition, runs and the name weak, however long', () => {
  expect(strengthOf('aaaaaaaaaaaaaaaaaaaa')).toBe('weak')
  expect(strengthOf('12345678')).toBe('weak')
  expect(strengthOf('87654321')).toBe('weak')
  expect(strengthOf('Anabelle-2026-xyz', 'anabelle')).toBe('weak')
})

it('finds length good', () => {
  expect(strengthOf('correct horse battery')).toBe('good')
  expect(strengthOf('tr0ub4dor&3')).toBe('fair')
})
