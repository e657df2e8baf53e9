import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteLevelWords, CHARACTER_OF_BYTE, textOfPieces, toByteCharacters } from './byte-level.ts'

const NONE: ReadonlySet<string> = new Set()

test('bytes are written as in the published encoder', () => {
  assert.equal(new Set(CHARACTER_OF_BYTE).size, 256)
  assert.equal(toByteCharacters(' A\n~é'), 'ĠAĊ~Ã©')
  assert.equal(CHARACTER_OF_BYTE[0xad], 'Ń')
})

test('words joined are the text, and their bytes too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      assert.equal(byteLevelWords(text).join(''), text)
      assert.equal(textOfPieces([toByteCharacters(text)], NONE), text)
    }),
  )
})

test('a character whose bytes are not all there yet waits for them', () => {
  const [first, ...more] = toByteCharacters('é猫')
  assert.equal(textOfPieces([first], NONE), '')
  assert.equal(textOfPieces([first, more[0]], NONE), 'é')
  assert.equal(textOfPieces([first, more.join('')], NONE), 'é猫')
})

test('whatever the pieces, a text begins with that of their beginnings', () => {
  const piece = fc.array(fc.constantFrom(...CHARACTER_OF_BYTE), { minLength: 1, maxLength: 4 }).map(c => c.join(''))
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.constant('<|end|>'))), pieces => {
      const literal = new Set(['<|end|>'])
      const whole = textOfPieces(pieces, literal)
      for (let k = 0; k < pieces.length; k++) assert.ok(whole.startsWith(textOfPieces(pieces.slice(0, k), literal)))
    }),
  )
})
