import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cleanFilename, cleanMediaType } from '../../src/attachments/attachment-name.ts'

describe('a file name', () => {
  const cases: Record<string, [sent: string, kept: string]> = {
    'that is harmless stays as it is': ['Jahresbericht 2024 (final).pdf', 'Jahresbericht 2024 (final).pdf'],
    'in any script stays as it is': ['отчёт-報告-تقرير.pdf', 'отчёт-報告-تقرير.pdf'],
    'in decomposed form is composed': ['re\u0301sume\u0301.pdf', 'r\u00e9sum\u00e9.pdf'],
    'with a path keeps the last segment': ['../../etc/passwd', 'passwd'],
    'with a Windows path keeps the last segment': ['C:\\Users\\me\\..\\report.pdf', 'report.pdf'],
    'that ends in a separator keeps the last segment': ['folder/name.txt//', 'name.txt'],
    'loses NUL and control characters': ['re\u0000po\r\nrt\u001b[31m\u0085.pdf', 'report[31m.pdf'],
    'loses what turns the direction of text': ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    'loses isolates and marks of direction': ['\u2066a\u2069\u200f\u061c.txt', 'a.txt'],
    'loses zero-width characters': ['p\u200bay\u2060load\ufeff.p\u200ddf', 'payload.pdf'],
    'that only a control character holds apart from a path loses both': ['a\u0000/\u200bb.txt', 'b.txt'],
    'keeps the joiners that emoji are spelled with': ['👨\u200d👩\u200d👧.png', '👨\u200d👩\u200d👧.png'],
    'keeps the joiners that Persian is spelled with': ['می\u200cخواهم.pdf', 'می\u200cخواهم.pdf'],
    'loses the end that Windows drops': ['evil.exe. . ', 'evil.exe'],
    'keeps double extensions, which say what it is': ['invoice.pdf.exe', 'invoice.pdf.exe'],
    'keeps a dot in front of a name': ['.gitignore', '.gitignore'],
    'with half a surrogate pair gets a replacement': ['a\ud800b.txt', 'a\ufffdb.txt'],
    'of one dot is replaced': ['.', 'attachment'],
    'of dots is replaced': ['....', 'attachment'],
    'of dots and separators is replaced': ['../..\\.', 'attachment'],
    'of nothing is replaced': ['', 'attachment'],
    'of unseen characters is replaced': ['\u202e\u200b\u200d \u0000', 'attachment'],
  }
  for (const [guarantee, [sent, kept]] of Object.entries(cases)) {
    it(guarantee, () => assert.equal(cleanFilename(sent), kept))
  }

  it('of 255 bytes is kept whole, of 256 is shortened before its extension', () => {
    const whole = `${'a'.repeat(251)}.pdf`
    assert.equal(cleanFilename(whole), whole)
    assert.equal(cleanFilename(`a${whole}`), whole)
  })

  it('is shortened between characters as people see them', () => {
    // 25 bytes each: 4 emoji of 4, 3 joiners of 3; 10 fit into 251.
    assert.equal(
      cleanFilename(`${'👨\u200d👩\u200d👧\u200d👦'.repeat(20)}.png`),
      `${'👨\u200d👩\u200d👧\u200d👦'.repeat(10)}.png`,
    )
    assert.equal(cleanFilename(`${'é'.repeat(200)}.txt`), `${'é'.repeat(125)}.txt`)
  })

  it('whose extension is no extension is cut at its end', () => {
    assert.equal(cleanFilename(`a.${'b'.repeat(300)}`), `a.${'b'.repeat(253)}`)
  })

  it('of one endless character keeps its extension', () => {
    assert.equal(cleanFilename(`x${'\u0301'.repeat(300)}.pdf`), 'attachment.pdf')
  })

  it('that is clean is not changed by cleaning it again, and never exceeds its bounds', () => {
    const pieces = [
      'a',
      'é',
      'e',
      '\u0301',
      '👩',
      '\u200d',
      '\u200c',
      '.',
      ' ',
      '/',
      '\\',
      '\0',
      '\u202e',
      'ن',
      '\ud800',
    ]
    for (let seed = 0; seed < 20_000; seed += 1) {
      let rest = seed * 2_654_435_761
      let name = ''
      while (rest > 0) {
        name += (pieces[rest % pieces.length] ?? '').repeat(seed % 97 === 0 ? 40 : 1)
        rest = Math.floor(rest / pieces.length)
      }
      const once = cleanFilename(name)
      assert.equal(cleanFilename(once), once, JSON.stringify(name))
      assert.ok(
        Buffer.byteLength(once) <= 255 && once !== '' && !/[/\\\0\u202e]/.test(once),
        JSON.stringify(name),
      )
      assert.equal(once.normalize('NFC'), once)
    }
  })
})

describe('a declared media type', () => {
  it('loses its parameters and capitals', () =>
    assert.equal(cleanMediaType('Text/Plain; charset=UTF-8'), 'text/plain'))

  for (const text of [
    '',
    'pdf',
    'a/b/c',
    'text/pl\r\nx-evil: 1',
    'text/"x"',
    `a/${'b'.repeat(128)}`,
    undefined,
  ]) {
    it(`is dropped when it is none: ${JSON.stringify(text)?.slice(0, 30)}`, () =>
      assert.equal(cleanMediaType(text), null))
  }
})
