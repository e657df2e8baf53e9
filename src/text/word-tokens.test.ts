import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { segmentWords, wordSplitter } from './word-tokens.ts'

const split = wordSplitter('und')
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

test('words, numbers and marks are split by the rule in the comment', () => {
  const expected: [string, string[]][] = [
    ["I don't like rock'n'roll.", ['I', "don't", 'like', "rock'n'roll", '.']],
    ['It’s 3.5 or 1,234.50!', ['It’s', '3.5', 'or', '1,234.50', '!']],
    ['U.S. e-mail', ['U.S', '.', 'e', '-', 'mail']],
    ['wait -- what...', ['wait', '-', '-', 'what', '.', '.', '.']],
    ["'quoted' \"text\" dogs'", ["'", 'quoted', "'", '"', 'text', '"', 'dogs', "'"]],
    ['x_1 _a_ 5pm #tag $3', ['x_1', '_a_', '5pm', '#', 'tag', '$', '3']],
    ['привет, мир\n\tnaïve café', ['привет', ',', 'мир', 'naïve', 'café']],
    ['안녕 세계입니다 PC방', ['안녕', '세계입니다', 'PC', '방']],
    ['مرحبا، عالم', ['مرحبا', '،', 'عالم']],
    ['', []],
    [' \n\u00a0\u3000 ', []],
  ]
  for (const [text, tokens] of expected) assert.deepEqual(split(text), tokens, text)
})

test('scripts without spaces and emoji are split by the segmenter', () => {
  assert.deepEqual(split('酒店很好，我喜欢。'), ['酒店', '很好', '，', '我', '喜欢', '。'])
  assert.deepEqual(split('สวัสดีครับ'), ['สวัสดี', 'ครับ'])
  assert.deepEqual(split('good 👍🏽 👨‍👩‍👧!'), ['good', '👍🏽', '👨‍👩‍👧', '!'])
  assert.deepEqual(split('cafe\u0301 x'), ['cafe\u0301', 'x'])
})

test('the fast expression gives exactly what the segmenter gives', () => {
  const joints = fc.constantFrom(...'aB1_2.:,;\'’‘·-" \té가힣мل٣،⁄‧$')
  const plain = fc.oneof(
    { weight: 8, arbitrary: joints },
    { weight: 2, arbitrary: fc.integer({ min: 0x20, max: 0x20c0 }).map(code => String.fromCodePoint(code)) },
  )
  fc.assert(
    fc.property(fc.string({ unit: plain, maxLength: 14 }), text => {
      assert.deepEqual(split(text), segmentWords(text, segmenter))
    }),
    { numRuns: 5000 },
  )
})
