// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { textOf } from '../replica/state'
import { languageOf, prefixOf } from './languages'

const python = {
  name: 'python',
  aliases: ['pyspark', 'spark.pyspark'],
  displayName: 'Python 3',
  language: 'python',
  kind: 'kernel' as const,
}
const sql = { name: 'sql', aliases: [], displayName: 'SQL', language: 'sql', kind: 'gateway' as const }
const of = (text: string) => languageOf(textOf(text), 'python', [python, sql])

describe('the first line', () => {
  it.each([
    ['%sql select 1', 'sql'],
    ['  %spark.pyspark\nx', 'spark.pyspark'],
    ['%jdbc(mysql) select', 'jdbc'],
    ['%%time\nx', undefined],
    ['% x', undefined],
    ['print("%sql")', undefined],
    ['\n%sql', undefined],
  ])('%j names %s', (text, name) => {
    expect(prefixOf(textOf(text))?.name).toBe(name)
  })

  it('gives the language', () => {
    expect(of('%sql select 1')).toMatchObject({ name: 'sql', language: 'sql' })
    expect(of('%pyspark x')).toMatchObject({ name: 'python', language: 'python' })
    expect(of('%md # A')).toMatchObject({ isMarkdown: true, language: 'markdown' })
    expect(of('x = 1')).toMatchObject({ name: 'python' })
  })

  it('names a connection', () => {
    const known = [python, { ...sql, name: 'sql(shop)', kind: 'sql' as const }]
    expect(languageOf(textOf('%sql(shop)\nx'), 'python', known)).toMatchObject({
      name: 'sql(shop)',
      language: 'sql',
    })
    expect(languageOf(textOf('%sql\nx'), 'python', known)).toMatchObject({ name: 'sql', language: 'sql' })
    expect(languageOf(textOf('x'), 'sql(shop)', known)).toMatchObject({ name: 'sql(shop)', language: 'sql' })
    expect(languageOf(textOf('%sql\nx'), 'python', [python])).toMatchObject({ language: 'python' })
  })

  it('that no interpreter bears belongs to the default one', () => {
    expect(of('%matplotlib inline')).toMatchObject({ name: 'python', language: 'python', isMarkdown: false })
  })
})
