import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, uniform } from '../../random/draw.ts'
import { keyOf } from '../../random/key.ts'
import { looksLikeWord2Vec, readWord2Vec, writeWord2Vec } from './word2vec-format.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const wrong = (pattern: RegExp) => ({ code: 'MODEL_FILE', message: pattern })

const words = ['the', '猫', 'naïve', '</s>', '7', '-1', 'x'.repeat(300)]
const vectors = Float32Array.from(
  { length: 3 * words.length },
  (_, k) => 10 ** (k - 9) * (uniform(keyOf(1, 'v'), k) - 0.5),
)

for (const format of ['text', 'binary'] as const) {
  test(`${format}: what is written is read again, bit for bit`, () => {
    const bytes = writeWord2Vec({ words, vectors, dimensions: 3 }, format)
    assert.ok(looksLikeWord2Vec(bytes))
    assert.deepEqual(readWord2Vec(bytes), { words, vectors, dimensions: 3, warnings: [] })
  })
}

test('files as gensim, word2vec.c and fastText write them', () => {
  const float = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer)
  // gensim: no line end after a vector; word2vec.c: one.
  const gensim = [encode('2 2\n'), encode('a '), float(1, 2), encode('b '), float(3, -4)]
  const original = [encode('2 2\n'), encode('a '), float(1, 2), encode('\nb '), float(3, -4), encode('\n')]
  for (const parts of [gensim, original]) {
    const { words: read, vectors: values } = readWord2Vec(Uint8Array.from(parts.flatMap(part => [...part])))
    assert.deepEqual(
      [read, [...values]],
      [
        ['a', 'b'],
        [1, 2, 3, -4],
      ],
    )
  }
  // word2vec.c and fastText end a line with a space; GloVe has no header, and words with spaces.
  assert.deepEqual([...readWord2Vec(encode('2 2\na 1 2 \nb 3.5e-1 -4 \n')).vectors], [1, 2, Math.fround(0.35), -4])
  const glove = readWord2Vec(encode('the 0.418 0.24968\n. . . -0.1 0.2\nof 1 2'))
  assert.deepEqual(glove.words, ['the', '. . .', 'of'])
  assert.ok(looksLikeWord2Vec(encode('the 0.418 0.24968 -0.41242\n')))
})

test('of a word that comes twice the first vector is taken, with a warning', () => {
  const read = readWord2Vec(encode('3 1\na 1\nb 2\na 3\n'))
  assert.deepEqual(
    [read.words, [...read.vectors]],
    [
      ['a', 'b'],
      [1, 2],
    ],
  )
  assert.match(read.warnings[0], /1 word comes more than once/)
  const { warnings } = readWord2Vec(encode('a 1 1\na 2 2\na 3 3\n'))
  assert.match(warnings[0], /2 words come more than once/)
})

test('broken files are refused with the place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /got nothing/],
    ['\n\n', /got nothing/],
    ['3 2\na 1.5 2.5\nb 3.5 4.5\n', /expected 3 words, as the first line says, got 2/],
    ['0 5\n', /line 1: expected 1 word or more/],
    ['5 0\n', /line 1: expected 1 word or more/],
    ['999999999 300\na 1\n', /room for 999999999 words/],
    ['2 2\na 1 2\nb 3\n', /line 3: expected a word and 2 numbers, got 1/],
    ['2 2\na 1 2\nb 3 x\n', /line 3: expected a number, got "x"/],
    ['a 1 NaN\n', /line 1: expected a number, got "NaN"/],
    ['a 1 1e39\n', /line 1: expected a number of 32 bits, got "1e39"/],
    [
      'label,text\ngood,fine\n',
      /expected a model written by Sluice or a word and its numbers in line 1, .* got "label,text"/,
    ],
    ['the film was good\n', /got "the film was good"\. Give a file that "sluice train word-vectors" has written/],
  ]
  for (const [text, message] of cases) assert.throws(() => readWord2Vec(encode(text)), wrong(message), text)
})

test('binary files that are cut or have no numbers are refused', () => {
  const bytes = writeWord2Vec({ words, vectors, dimensions: 3 }, 'binary')
  for (let length = 5; length < bytes.length - 1; length += 7) {
    assert.throws(() => readWord2Vec(bytes.subarray(0, length)), wrong(/word vectors/), `${length}`)
  }
  const broken = bytes.slice()
  // The first number, behind "7 3\nthe ".
  new DataView(broken.buffer).setFloat32(8, Number.NaN, true)
  assert.throws(() => readWord2Vec(broken), wrong(/byte 8: expected a number, got NaN/))
})

test('whatever bytes are changed, there is an answer or a clear error', () => {
  const key = keyOf(3, 'damage')
  for (const format of ['text', 'binary'] as const) {
    const bytes = writeWord2Vec({ words: words.slice(0, 6), vectors: vectors.slice(0, 18), dimensions: 3 }, format)
    for (let k = 0; k < 300; k++) {
      const damaged = bytes.slice()
      for (let n = 0; n < 3; n++)
        damaged[integerBelow(key, 7 * k + n, bytes.length)] = integerBelow(key, 7 * k + n + 3, 256)
      try {
        const { words: read, vectors: values, dimensions } = readWord2Vec(damaged)
        assert.equal(values.length, read.length * dimensions)
        assert.ok(values.every(Number.isFinite))
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MODEL_FILE', String(error))
      }
    }
  }
})

test('words with white space cannot be written', () => {
  const bad = { words: ['new york'], vectors: Float32Array.of(1), dimensions: 1 }
  assert.throws(() => writeWord2Vec(bad, 'text'), wrong(/without white space, got "new york"/))
})
