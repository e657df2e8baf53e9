/** Word vectors on the command line: train, ask, judge, begin a classifier with them. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { integerBelow } from '../../src/random/draw.ts'
import { keyOf } from '../../src/random/key.ts'
import { assertRefused, json, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const write = (name: string, content: string) => writeFileSync(join(cwd, name), content)
const read = (name: string) => readFileSync(join(cwd, name))
const train = ['train', 'word-vectors']
const small = ['--embedding', '12', '--epochs', '12', '--window', '3', '--subsample', '0']

/** Two themes whose words never meet. */
const lines = Array.from({ length: 2000 }, (_, k) => {
  const theme = k % 2 === 0 ? ['sea', 'ship', 'wave', 'fish'] : ['king', 'queen', 'crown', 'court']
  return Array.from({ length: 5 }, (_, n) => theme[integerBelow(keyOf(6, 'text', k), n, 4)]).join(' ')
})

before(() => {
  write('text.txt', `${lines.join('\n')}\n`)
  write('pairs.tsv', 'word1\tword2\tscore\nsea\tship\t9\nSea\tking\t1\nnothing\tking\t2\n')
  write('questions.txt', ': theme\nsea ship king queen\nsea ship king nobody\n')
  json([...train, 'text.txt', ...small], { cwd })
})

test('a text becomes vectors, and the document has exactly the promised fields', () => {
  const result = json([...train, 'text.txt', ...small, '--threads', '1', '--out', 'again.safetensors'], { cwd })
  assert.deepEqual(Object.keys(result), ['words', 'dimensions', 'seconds', 'wordsPerSecond', 'model'])
  assert.deepEqual([result.words, result.dimensions, result.model], [8, 12, 'again.safetensors'])
  assert.ok(result.seconds > 0 && result.wordsPerSecond > 0)
  assert.deepEqual(read('again.safetensors'), read('text.safetensors'))
})

test('a text of which all is left out says so, and tells no loss', () => {
  write('short.txt', 'a b c d e f g h i j k\n')
  const words = [...train, 'short.txt', '--minimum-count', '1', '--epochs', '2']
  const { status, stdout, stderr } = sluice(words, { cwd })
  assert.equal(status, 0, stderr)
  assert.match(
    stderr,
    /\nwarning: hardly a word was trained on: .* --subsample 0\.001 leaves out nearly all; --subsample 0 /,
  )
  assert.doesNotMatch(stdout, /loss/)
  const whole = sluice([...words, '--subsample', '0'], { cwd })
  assert.doesNotMatch(whole.stderr, /warning/)
  assert.match(whole.stdout, /\nloss +\d/)
})

test('similar and analogy answer with words and cosines', () => {
  const { words } = json(['similar', 'text.safetensors', 'sea', '--top', '3'], { cwd })
  assert.deepEqual(words.map(({ word }: { word: string }) => word).toSorted(), ['fish', 'ship', 'wave'])
  assert.ok(words[0].similarity >= words[1].similarity && words[0].similarity <= 1.000001)
  const answer = json(['analogy', 'text.safetensors', 'sea', 'ship', 'king'], { cwd })
  assert.equal(answer.words.length, 5)
  const { stdout } = sluice(['similar', 'text.safetensors', 'sea', '--top', '1'], { cwd })
  assert.match(stdout, /^(?:fish|ship|wave) {2}0\.\d{3}\n$/)
})

test('the formats of word2vec are written and read', () => {
  json([...train, 'text.txt', ...small, '--format', 'text'], { cwd })
  json([...train, 'text.txt', ...small, '--format', 'binary'], { cwd })
  const expected = json(['similar', 'text.safetensors', 'king'], { cwd })
  assert.match(read('text.vec').toString(), /^8 12\n\w+ -?\d/)
  for (const file of ['text.vec', 'text.bin']) assert.deepEqual(json(['similar', file, 'king'], { cwd }), expected)
})

test('evaluate prints score and coverage', () => {
  const pairs = json(['evaluate', 'text.safetensors', 'pairs.tsv'], { cwd })
  assert.deepEqual(pairs, { pairs: 3, covered: 2, coverage: 2 / 3, spearman: 1 })
  const questions = json(['evaluate', 'text.vec', 'questions.txt'], { cwd })
  assert.deepEqual(Object.keys(questions), ['questions', 'covered', 'coverage', 'correct', 'accuracy', 'sections'])
  assert.deepEqual([questions.questions, questions.covered], [2, 1])
  const { stdout } = sluice(['evaluate', 'text.safetensors', 'pairs.tsv'], { cwd })
  assert.equal(stdout, 'spearman  1.0000\ncoverage  66.7 %: 2 of 3 pairs\n')
})

test('info tells what they are', () => {
  const document = json(['info', 'text.safetensors'], { cwd })
  assert.deepEqual([document.task, document.words, document.dimensions], ['word-vectors', 8, 12])
  assert.equal(document.training.options.architecture, 'cbow')
  assert.equal(json(['info', 'text.bin'], { cwd }).training, null)
})

test('a finished training is written again from its checkpoint, a broken one goes on', () => {
  const { stderr } = sluice(
    [
      ...train,
      'text.txt',
      ...small,
      '--resume',
      '--out',
      'resumed.safetensors',
      '--checkpoint',
      'text.safetensors.checkpoint',
    ],
    { cwd },
  )
  assert.match(stderr, /going on after 12 epochs, which was the end of it/)
  assert.deepEqual(read('resumed.safetensors'), read('text.safetensors'))
  const other = [...train, 'text.txt', ...small, '--resume', '--seed', '5', '--out', 'text.safetensors']
  assertRefused(other, { cwd }, 1, /seed was 1, now 5/)
})

test('a classifier begins with them', () => {
  const rows = lines.slice(0, 60).map((line, k) => `${line},${k % 2 === 0 ? 'sea' : 'court'}`)
  write('table.csv', `text,label\n${rows.join('\n')}\n`)
  const words = ['train', 'classifier', 'table.csv', '--hidden', '4', '--epochs', '1', '--vectors']
  for (const file of ['text.safetensors', 'text.vec', 'text.bin']) {
    const { status, stderr } = sluice([...words, file], { cwd })
    assert.equal(status, 0, stderr)
    assert.match(stderr, new RegExp(`${file}: vectors of 8 of 9 tokens`))
  }
})

test('what is wrong is refused, and says what to do', () => {
  assertRefused(['similar', 'text.safetensors', 'nothing'], { cwd }, 1, /got "nothing", which is none of the 8/)
  assertRefused(
    ['similar', 'pairs.tsv', 'sea'],
    { cwd },
    1,
    /pairs\.tsv: word vectors: expected a model written by Sluice or a word/,
  )
  assertRefused(['generate', 'text.safetensors'], { cwd }, 1, /expected "language-model", got "word-vectors"/)
  assertRefused(['evaluate', 'text.safetensors', 'text.vec'], { cwd }, 1, /text\.vec, line/)
  assertRefused([...train, 'text.txt', '--loss', 'hierarchical'], { cwd }, 2, /--loss.*hierarchical-softmax/s)
  assertRefused([...train, 'pairs.tsv'], { cwd }, 1, /two words or more that occur 5 times/)
})
