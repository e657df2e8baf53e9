import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OptionError } from '../errors/errors.ts'
import { loadSubwords } from './subword-library.ts'
import { subwordMethods } from './subword-tokens.ts'
import { SubwordTrainer, trainSubwords } from './subword-training.ts'

await loadSubwords()

const TEXT =
  "the cat sat on the mat.\nthe cat's hat, the rat's hat: that's that!\n\n  12 cats, 12 naïve rats\n猫猫狗 猫\n"

// From `tokenizers` 0.23.2 (Python): BpeTrainer(vocab_size=280, min_frequency=2, initial_alphabet=ByteLevel.alphabet())
// on the lines of the text with their ends, ByteLevel(add_prefix_space=False) before it.
const MERGES = [
  'a t',
  't h',
  'Ġ th',
  "' s",
  'c at',
  'ç Į',
  'Ġ cat',
  'çĮ «',
  '1 2',
  'h at',
  'r at',
  'Ġ 12',
  'Ġ hat',
  'Ġ rat',
  'th e',
  'Ġth e',
  'Ġth at',
]
const TOKENS = ['the', 'Ġrat', "'s", 'Ġ', 'n', 'a', 'Ã', '¯', 'v', 'e', 'Ċ', 'hat', 'Ġ', 'çĮ«', 'ç', 'ĭ', 'Ĺ', 'Ċ']

test('the merges are those of the library that made the format', async () => {
  const { model } = await trainSubwords([TEXT], { vocabulary: 280 })
  assert.deepEqual(model.merges, MERGES)
  assert.equal(Object.keys(model.vocab).length, 256 + MERGES.length)
})

test('and so are the pieces of another text', async () => {
  const { split } = subwordMethods(await trainSubwords([TEXT], { vocabulary: 280 }))
  assert.deepEqual(split("the rat's naïve\nhat 猫狗\n"), TOKENS)
})

test('the parts of a text that end where lines end make the same tokenizer', async () => {
  const trainer = new SubwordTrainer()
  for (const line of TEXT.split(/(?<=\n)/)) trainer.add(line)
  assert.deepEqual(await trainer.train({ vocabulary: 300 }), await trainSubwords([TEXT], { vocabulary: 300 }))
})

test('the merges are those of counting all pairs anew each time', async () => {
  const words = fc.array(fc.stringMatching(/^[ab]{1,6}$/), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(words, async list => {
      const { model } = await trainSubwords(list, { vocabulary: 262, minimumCount: 1 })
      assert.deepEqual(model.merges, plainMerges(list, model.merges.length))
    }),
  )
})

/** The definition itself: count, merge the first of the most frequent, again. */
function plainMerges(list: readonly string[], most: number): string[] {
  let words = list.map(word => [...word])
  const ids = new Map(Array.from({ length: 128 }, (_, code) => [String.fromCharCode(code), code]))
  const merges = new Set<string>()
  while (merges.size < most) {
    const counts = new Map<string, number>()
    for (const word of words) {
      for (let k = 1; k < word.length; k++) {
        const pair = `${word[k - 1]} ${word[k]}`
        counts.set(pair, (counts.get(pair) ?? 0) + 1)
      }
    }
    const order = (pair: string) => pair.split(' ').map(piece => ids.get(piece) as number)
    const best = [...counts].sort(([p, a], [q, b]) => {
      const [x, y] = [order(p), order(q)]
      return b - a || x[0] - y[0] || x[1] - y[1]
    })[0][0]
    const [first, second] = best.split(' ')
    if (!ids.has(first + second)) ids.set(first + second, 256 + ids.size)
    words = words.map(word => mergedOnce(word, first, second))
    merges.add(best)
  }
  return [...merges]
}

function mergedOnce(word: readonly string[], first: string, second: string): string[] {
  const merged: string[] = []
  for (let k = 0; k < word.length; k++) {
    const isPair = word[k] === first && word[k + 1] === second
    merged.push(isPair ? first + second : word[k])
    if (isPair) k++
  }
  return merged
}

test('a text without a repeated pair gives the single bytes', async () => {
  const { model } = await trainSubwords(['abc'], { vocabulary: 1000 })
  assert.deepEqual(model.merges, [])
  assert.equal(Object.keys(model.vocab).length, 256)
})

test('options out of range are refused, and an abort is heard', async () => {
  await assert.rejects(trainSubwords([], { vocabulary: 255 }), OptionError)
  await assert.rejects(trainSubwords([], { vocabulary: 300, minimumCount: 0 }), OptionError)
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(trainSubwords([TEXT], { vocabulary: 300, signal }), /^Error: enough$/)
})
