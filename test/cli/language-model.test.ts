/** Language models on the command line: train, tell what comes next, write on, judge. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { assertRefused, json, sluice, started, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content)
const pattern = 'abcd\n'.repeat(120)
const small = ['--tokens', 'character', '--hidden', '12', '--embedding', '8', '--batch', '4', '--unroll', '12']
const quick = [...small, '--epochs', '4', '--learning-rate', '0.03', '--dropout', '0']
const train = ['train', 'language-model']

before(() => {
  write('letters.txt', pattern)
  write('more.txt.gz', gzipSync(pattern))
  json([...train, 'letters.txt', ...quick], { cwd })
})

test('texts become a model, and the document has exactly the promised fields', () => {
  const words = [...train, 'letters.txt', 'more.txt.gz', '--test', 'letters.txt', '--out', 'two.safetensors', ...quick]
  const result = json(words, { cwd })
  assert.deepEqual(Object.keys(result), [
    'task',
    'tokens',
    'vocabulary',
    'parameters',
    'baseline',
    'epochs',
    'validation',
    'test',
    'model',
  ])
  assert.deepEqual([result.task, result.tokens, result.vocabulary], ['language-model', 1080, 6])
  assert.deepEqual(Object.keys(result.baseline), ['unigram'])
  assert.deepEqual(Object.keys(result.epochs[0]), ['epoch', 'loss', 'validation', 'seconds'])
  const figures = ['loss', 'perplexity', 'bitsPerToken', 'tokens']
  assert.deepEqual(Object.keys(result.epochs[0].validation), figures)
  assert.deepEqual(Object.keys(result.validation), ['epoch', ...figures])
  assert.deepEqual(Object.keys(result.test), ['tokens', 'loss', 'perplexity', 'bitsPerToken', 'accuracy', 'unknown'])
  assert.ok(result.validation.perplexity < 1.2, `perplexity ${result.validation.perplexity}`)
  assert.equal(result.model, 'two.safetensors')
  assert.deepEqual(json(['evaluate', 'two.safetensors', 'letters.txt'], { cwd }), result.test)
})

test('another text chooses the best epoch, and the whole of the first one is trained on', () => {
  const files = ['letters.txt', '--validation', 'more.txt.gz', '--out', 'chosen.safetensors']
  const { tokens, validation } = json([...train, ...files, ...quick], { cwd })
  const { tokens: foretold, loss } = json(['evaluate', 'chosen.safetensors', 'more.txt.gz'], { cwd })
  assert.deepEqual([tokens, validation.tokens, validation.loss], [600, foretold, loss])
})

test('for the eye: perplexity on stdout, a line an epoch on stderr', () => {
  const { status, stdout, stderr } = sluice([...train, 'letters.txt', ...quick], { cwd })
  assert.equal(status, 0)
  assert.match(
    stdout,
    /^validation {2}perplexity \d\.\d\d, .* epoch \d of 4 \(by frequency alone: perplexity 5\.\d\d\)\n/,
  )
  assert.match(stdout, /\nmodel {7}letters\.safetensors, 1,\d+ parameters\n$/)
  assert.match(stderr, /^epoch 1\/4 {2}loss \d\.\d{3} {2}validation perplexity \d/)
})

test('next tells the most probable tokens, after a text given or on standard input', () => {
  const { next } = json(['next', 'letters.safetensors', 'abcdabc', '--top', '2'], { cwd })
  assert.equal(next.length, 2)
  assert.equal(next[0].token, 'd')
  assert.ok(next[0].probability > 0.5)
  const input = 'abcdabc\n'
  const words = ['next', 'letters.safetensors', '-', '--top', '2', '--json']
  assert.deepEqual(JSON.parse(sluice(words, { cwd, input }).stdout), { next })
  const { stdout } = sluice(['next', 'letters.safetensors', 'abcdabcd', '--top', '1'], { cwd })
  assert.match(stdout, /^"\\n" {2}\d\d\.\d %\n$/)
})

test('generate streams a text, the same again, and stops where it is told', () => {
  const words = ['generate', 'letters.safetensors', '--prompt', 'ab', '--temperature', '0']
  const { stdout, stderr } = sluice([...words, '--length', '8'], { cwd })
  assert.deepEqual([stdout, stderr], ['cd\nabcd\n\n', ''])
  const result = json([...words, '--length', '8'], { cwd })
  assert.deepEqual(Object.keys(result), ['text', 'tokens', 'tokensPerSecond'])
  assert.deepEqual([result.text, result.tokens], ['cd\nabcd\n', 8])
  assert.equal(json([...words, '--stop', 'a'], { cwd }).text, 'cd\n')
  const drawn = [
    'generate',
    'letters.safetensors',
    '--temperature',
    '3',
    '--seed',
    '5',
    '--top-k',
    '4',
    '--top-p',
    '0.9',
  ]
  assert.equal(json(drawn, { cwd }).text, json(drawn, { cwd }).text)
})

test('info tells what the model is', () => {
  const document = json(['info', 'letters.safetensors'], { cwd })
  assert.equal(document.task, 'language-model')
  assert.deepEqual(document.text, { tokens: 'character', language: 'und', lowercase: false, lineEnd: null })
  assert.equal(document.training.options.unroll, 12)
  const { stdout } = sluice(['info', 'letters.safetensors'], { cwd })
  assert.match(stdout, /^task {8}language model\n/)
  assert.match(stdout, /\nvocabulary {2}6 tokens: <unk> /)
})

test('Chinese, in another encoding, by word', () => {
  const bytes = new Uint8Array(gzipSync(Buffer.from('我们去吃饭。\n'.repeat(80), 'utf16le')))
  write('饭.txt.gz', bytes)
  const options = ['--encoding', 'utf-16le', '--hidden', '12', '--dropout', '0']
  const result = json([...train, '饭.txt.gz', ...options], { cwd })
  assert.equal(result.model, '饭.safetensors')
  const [first] = json(['next', '饭.safetensors', '我们去'], { cwd }).next
  assert.match(first.token, /^吃/)
})

test('a text that is stopped ends its line', async () => {
  const child = started(['generate', '饭.safetensors', '--length', '1000000'], cwd)
  let stdout = ''
  child.stdout.on('data', (text: Buffer) => {
    if (stdout === '') child.kill('SIGINT')
    stdout += text
  })
  assert.deepEqual(await once(child, 'close'), [130, null])
  assert.match(stdout, /^[^\n]+\n$/)
})

test('subwords, and a line end as a token', () => {
  write('words.txt', 'low lower lowest\nnew newer newest\n'.repeat(60))
  const options = [
    '--tokens',
    'subword',
    '--vocabulary',
    '270',
    '--line-end',
    '<eos>',
    '--hidden',
    '12',
    '--epochs',
    '2',
  ]
  json([...train, 'words.txt', ...options], { cwd })
  const document = json(['info', 'words.safetensors'], { cwd })
  assert.deepEqual([document.text.tokens, document.text.lineEnd], ['subword', '<eos>'])
  const { text } = json(['generate', 'words.safetensors', '--prompt', 'low', '--length', '200'], { cwd })
  assert.match(text, /\n/)
  assert.doesNotMatch(text, /<eos>|<unk>|Ġ/)
})

test('what cannot be is refused in one or two lines', () => {
  write('short.txt', 'ab')
  write('empty.txt', '')
  assertRefused([...train, 'none.txt'], { cwd }, 1, /none\.txt: expected a file that can be read, got no such file/)
  assertRefused([...train, 'empty.txt'], { cwd }, 1, /text: expected words to learn from, got none/)
  assertRefused([...train, 'short.txt', '--tokens', 'character'], { cwd }, 1, /expected enough for training and/)
  const tested = (name: string) => [...train, 'letters.txt', '--out', 'never.safetensors', '--test', name]
  assertRefused(tested('none.txt'), { cwd }, 1, /none\.txt: expected a file that can be read, got no such file/)
  assertRefused(tested('empty.txt'), { cwd }, 1, /empty\.txt: expected a text, got none/)
  write('cut.txt.gz', gzipSync(pattern).subarray(0, 20))
  assertRefused(tested('cut.txt.gz'), { cwd }, 1, /cut\.txt\.gz: /)
  const tied = [...train, 'letters.txt', '--tie-weights', '--hidden', '12', '--embedding', '8']
  assertRefused(tied, { cwd }, 2, /--tie-weights: expected an embedding as wide as .* \(12\), got 8/)
  assertRefused(
    ['generate', 'letters.safetensors', '--top-p', '0'],
    { cwd },
    2,
    /--top-p to be a number from 1e-9 to 1/,
  )
  for (const [flag, ...value] of [['--text', 'a'], ['--label', 'a'], ['--no-header']]) {
    const message = new RegExp(
      `^error: ${flag}: expected a classifier, got a language model, whose text has no columns`,
    )
    assertRefused(['evaluate', 'letters.safetensors', 'letters.txt', flag, ...value], { cwd }, 2, message)
  }
  assertRefused(
    ['predict', 'letters.safetensors', 'ab'],
    { cwd },
    1,
    /task: expected "classifier", got "language-model"/,
  )
})
