// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { applySGR, css, plain } from './ansi'
import { TextBuffer } from './textBuffer'

const lines = (...pieces: string[]) => {
  const b = new TextBuffer()
  for (const p of pieces) b.append(p)
  return b.lines
}

const text = (...pieces: string[]) => {
  const b = new TextBuffer()
  for (const p of pieces) b.append(p)
  return b.toString()
}

describe('a terminal', () => {
  it.each([
    ['lines', ['a\nb', '\nc'], 'a\nb\nc'],
    ['carriage return and newline', ['a\r\nb'], 'a\nb'],
    ['carriage return at the end of a piece', ['a\r', '\nb'], 'a\nb'],
    ['progress that overwrites', ['10%\r', '20%\r100%'], '100%'],
    ['a shorter line over a longer one', ['abcdef\rxy'], 'xycdef'],
    ['erasing the rest', ['abcdef\rxy\x1b[K'], 'xy'],
    ['backspace', ['abc\b\bX'], 'aXc'],
    ['moving up', ['one\ntwo\x1b[A\rONE'], 'ONE\ntwo'],
    ['moving right over nothing', ['a\x1b[3Cb'], 'a   b'],
    ['titles and bells', ['\x1b]0;title\x07a\x07b'], 'ab'],
    ['a link as its text', ['\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\'], 'click'],
    ['tabs', ['a\tb'], 'a\tb'],
    ['sequences that are none', ['\x1b[zz'], 'z'],
    ['clearing the screen', ['old\nold\x1b[2Jnew'], 'new'],
  ])('does %s', (_name, pieces, expected) => {
    expect(text(...pieces)).toBe(expected)
  })

  it('gives the same text wherever the output is cut', () => {
    const output = 'x\r\n\x1b[31mred\x1b[0m \x1b[1;38;5;208mdeep\x1b[m\rA\x1b[2Cb\b!\n\x1b]0;t\x07end\x1b[K'
    const whole = new TextBuffer()
    whole.append(output)
    for (let cut = 1; cut < output.length; cut++)
      expect(lines(output.slice(0, cut), output.slice(cut))).toEqual(whole.lines)
  })

  it('keeps a thousand updates of one line one line', () => {
    const b = new TextBuffer()
    for (let i = 0; i <= 1000; i++) b.append(`\r\x1b[32m${String(i).padStart(4)}\x1b[0m/1000`)
    expect(b.lines).toHaveLength(1)
    expect(b.toString()).toBe('1000/1000')
  })

  it('breaks endless lines', () => {
    expect(lines('x'.repeat(10_000)).map((l) => l.length)).toEqual([4000, 4000, 2000])
  })
})

describe('colours', () => {
  it('last over lines and pieces until they are changed', () => {
    expect(lines('\x1b[31mred\nstill', ' red\x1b[0m plain')).toEqual([
      [{ text: 'red', style: { fg: 1 } }],
      [
        { text: 'still red', style: { fg: 1 } },
        { text: ' plain', style: plain },
      ],
    ])
  })

  it('add up and go away one by one', () => {
    expect(applySGR(applySGR(plain, [1, 4, 91]), [24])).toEqual({ bold: true, fg: 9 })
    expect(applySGR({ bold: true, fg: 2 }, [22, 39])).toBe(plain)
    expect(applySGR({ fg: 2 }, [])).toBe(plain)
  })

  it('come from the cube, the greys and 24 bits', () => {
    expect(applySGR(plain, [38, 5, 208, 48, 5, 232])).toEqual({ fg: 'rgb(255 135 0)', bg: 'rgb(8 8 8)' })
    expect(applySGR(plain, [38, 2, 999, 0, 7])).toEqual({ fg: 'rgb(255 0 7)' })
    expect(applySGR(plain, [38, 5, 3])).toEqual({ fg: 3 })
  })

  it('become CSS that names only tokens and numbers', () => {
    expect(css({ fg: 9, bold: true })).toEqual({ color: 'var(--ansi-bright-red)', fontWeight: '600' })
    expect(css({ inverse: true })).toEqual({ color: 'var(--surface)', background: 'var(--text)' })
  })
})
