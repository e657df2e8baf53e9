/** Going on from the command line: from a checkpoint, from a model, from word vectors. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { assertRefused, delimited, json, reviews, SMALL, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content)
const read = (name: string) => readFileSync(join(cwd, name))
const train = (...options: string[]) => ['train', 'classifier', 'reviews.csv', ...SMALL, ...options]
const CHECKPOINT = 'plain.safetensors.checkpoint'
const plain = (...options: string[]) => train('--out', 'plain.safetensors', ...options)

before(() => {
  write('reviews.csv', delimited(reviews(80), ','))
  const first = sluice(plain('--arithmetic', 'plain', '--resume'), { cwd })
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stderr, new RegExp(`^${CHECKPOINT}: no such file yet; the training starts from the beginning\n`))
})

test('a finished training writes its model again, also somewhere else, in the arithmetic that it had', () => {
  const out = ['--out', 'again.safetensors', '--checkpoint', CHECKPOINT, '--resume']
  const { status, stderr } = sluice(train(...out), { cwd })
  assert.equal(status, 0, stderr)
  assert.match(stderr, new RegExp(`^${CHECKPOINT}: going on after 8 epochs, which was the end of it\n`))
  assert.deepEqual(read('again.safetensors'), read('plain.safetensors'))
  const { epochs } = json(train(...out), { cwd })
  assert.equal(epochs.length, 8)
})

test('more epochs train on, as if it had been so from the beginning', () => {
  write('copy', read(CHECKPOINT))
  const more = ['--epochs', '10']
  const on = json(train('--out', 'on.safetensors', '--checkpoint', 'copy', '--resume', ...more), { cwd })
  assert.equal(on.epochs.length, 10)
  json(train('--out', 'whole.safetensors', '--arithmetic', 'plain', ...more), { cwd })
  assert.deepEqual(read('on.safetensors'), read('whole.safetensors'))
})

test('another run is refused with exit 1, each difference named', () => {
  const refused = (words: string[], message: RegExp) => assertRefused(plain('--resume', ...words), { cwd }, 1, message)
  refused(
    ['--batch', '5', '--seed', '3', '--hidden', '9'],
    /checkpoint: resume: .* another: seed was 1, now 3; hidden was 8, now 9; batch was 32, now 5\. Give the same, or/,
  )
  refused(['--arithmetic', 'relaxed'], /another: arithmetic was "plain", now "relaxed"\./)
  write('other.csv', delimited(reviews(82), ','))
  assertRefused(
    ['train', 'classifier', 'other.csv', ...SMALL, '--checkpoint', CHECKPOINT, '--resume'],
    { cwd },
    1,
    /another: the data is other\./,
  )
})

test('a checkpoint is no model, a model no checkpoint, and a damaged one is neither', () => {
  for (const words of [['info'], ['predict', 'a text'], ['evaluate', 'reviews.csv']]) {
    const [command, ...rest] = words
    assertRefused([command, CHECKPOINT, ...rest], { cwd }, 1, /expected a model, got a checkpoint\. .*--resume/)
  }
  const from = (name: string) => train('--out', 'on.safetensors', '--checkpoint', name, '--resume')
  assertRefused(
    from('plain.safetensors'),
    { cwd },
    1,
    /plain\.safetensors: checkpoint: expected a checkpoint, got a mod/,
  )
  const bytes = Uint8Array.from(read(CHECKPOINT))
  bytes[bytes.length - 7] ^= 255
  write('damaged', bytes)
  assertRefused(from('damaged'), { cwd }, 1, /damaged: model file, sha256: .* get it again/)
  write('none', 'review,sentiment\n')
  assertRefused(from('none'), { cwd }, 1, /none: model file: expected a model written by Sluice/)
})

test('--from goes on with new data and a new label, and keeps what the model has settled', () => {
  const rows = [...reviews(40), ...reviews(20).map(({ review }) => ({ review: `so ${review}`, sentiment: 'mixed' }))]
  write('more.csv', delimited(rows, ','))
  const words = ['train', 'classifier', 'more.csv', '--from', 'plain.safetensors', '--epochs', '2']
  json([...words, '--out', 'more.safetensors'], { cwd })
  const info = json(['info', 'more.safetensors'], { cwd })
  assert.deepEqual(info.labels, ['mixed', 'negative', 'positive'])
  assert.deepEqual([info.hidden, info.embedding], [[8], 8])
  assertRefused([...words, '--hidden', '12'], { cwd }, 2, /--from: expected hidden as in the model \(8\), got 12/)
  assertRefused([...words, '--vectors', 'v.txt'], { cwd }, 2, /--vectors: expected vectors or a model .* got both/)
})

test('--vectors sets the first word vectors and the width of the embedding', () => {
  write('v.txt', '3 4\ngood 1 0 0 0\nbad 0 1 0 0\nnowhere 0 0 1 0\n')
  const words = ['train', 'classifier', 'reviews.csv', '--vectors', 'v.txt', '--epochs', '1', '--out', 'v.safetensors']
  const { status, stderr } = sluice(words, { cwd })
  assert.equal(status, 0, stderr)
  assert.match(stderr, /\nv\.txt: vectors of 2 of \d+ tokens\n/)
  assert.equal(json(['info', 'v.safetensors'], { cwd }).embedding, 4)
  assertRefused([...words, '--embedding', '5'], { cwd }, 2, /--vectors: expected an embedding of 4 numbers/)
  assertRefused(train('--freeze-vectors'), { cwd }, 2, /--freeze-vectors: expected vectors that can be frozen/)
  assertRefused(train('--vectors', 'none.txt'), { cwd }, 1, /none\.txt: expected a file that can be read/)
  assertRefused(
    train('--vectors', 'v.safetensors'),
    { cwd },
    1,
    /^error: v\.safetensors: model file, task: expected "word-vectors", got "classifier"/,
  )
  assertRefused(train('--subwords', 'v.txt'), { cwd }, 1, /^error: v\.txt: /)
})

test('each layer may have a size of its own', () => {
  json(train('--hidden', '6,4', '--merge', 'sum', '--out', 'sizes.safetensors'), { cwd })
  const info = json(['info', 'sizes.safetensors'], { cwd })
  assert.deepEqual([info.hidden, info.layers, info.merge], [[6, 4], 2, 'sum'])
  assertRefused(
    train('--hidden', '6,'),
    { cwd },
    2,
    /--hidden to be one or more whole numbers from 1 to 65536, got "6,"/,
  )
  assertRefused(
    train('--hidden', '6,4', '--layers', '3'),
    { cwd },
    2,
    /--layers: expected as many as hidden sizes \(2\)/,
  )
})
