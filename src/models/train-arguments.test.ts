/** What callers without types pass in the place of options, callbacks, words and changes: an OptionError says so. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type InspectOptions, inspect } from '../inspect/inspect.ts'
import type { Change } from '../inspect/interventions.ts'
import { LanguageModel } from './language-model.ts'
import { TextClassifier } from './text-classifier.ts'
import { WordVectors } from './word-vectors/word-vectors.ts'

const rows = Array.from({ length: 20 }, (_, k) => ({ text: `word ${k % 2}`, label: `${k % 2}` }))
const text = 'a text of words and words. '.repeat(60)
const quick = { epochs: 1, embedding: 4 }
const trainers: readonly ((options: never) => Promise<unknown>)[] = [
  options => TextClassifier.train(rows, options),
  options => LanguageModel.train(text, options),
  options => WordVectors.train(text, options),
]
let classifier: TextClassifier
let language: LanguageModel
let vectors: WordVectors

before(async () => {
  classifier = await TextClassifier.train(rows, { ...quick, hidden: 4 })
  language = await LanguageModel.train(text, { ...quick, hidden: 4 })
  vectors = await WordVectors.train(text, quick)
})

/** As OptionError's `toString` has it. */
const option = (message: string) => new RegExp(`^OptionError: ${message}`)

test('options that are none', async () => {
  const message = (where: string, got: string) => option(`${where}: expected options, got ${got}\\. Pass an object`)
  for (const train of trainers) {
    await assert.rejects(train(null as never), message('train', 'null'))
    await assert.rejects(train('lstm' as never), message('train', '"lstm"'))
  }
  await assert.rejects(classifier.evaluate(rows, null as never), message('evaluate', 'null'))
  await assert.rejects(language.evaluate(text, null as never), message('evaluate', 'null'))
  assert.throws(() => language.generate(null as never), message('generate', 'null'))
  await assert.rejects(inspect(classifier, 'word', null as never), message('inspect', 'null'))
})

test('callbacks that are no functions', async () => {
  const message = option('onProgress: expected a function, got 5\\. Pass one, or leave it out\\.')
  for (const train of trainers) {
    await assert.rejects(train({ ...quick, onProgress: 5 } as never), message)
    await assert.rejects(train({ ...quick, checkpoint: {} } as never), option('checkpoint\\.save: expected a function'))
  }
  await assert.rejects(trainers[0]({ ...quick, vectors: new Map() } as never), option('vectors: expected a function'))
  await assert.rejects(inspect(classifier, 'word', { onProgress: 5 } as never), message)
})

test('a cell that is none', async () => {
  for (const cell of [{}, null, 7]) {
    const message = option(`.*\\.train: expected cell to be a text, got ${JSON.stringify(cell)}`)
    for (const train of trainers.slice(0, 2)) await assert.rejects(train({ ...quick, cell } as never), message)
  }
})

test('words that are none', () => {
  for (const word of [undefined, null, 5] as never[]) {
    const message = (where: string) => option(`${where}: expected a word, got ${word}\\. Pass a string\\.`)
    assert.throws(() => vectors.similar(word), message('similar'))
    assert.throws(() => vectors.vector(word), message('vector'))
    assert.throws(() => vectors.similarity('words', word), message('similarity'))
    assert.throws(() => vectors.analogy('a', word, 'of'), message('analogy'))
  }
  assert.throws(() => WordVectors.fromBytes(undefined as never), option('safetensors: expected a Uint8Array'))
})

test('questions that are none', async () => {
  await assert.rejects(vectors.evaluate([] as never), option('evaluate: expected what parseWordQuestions gives, got'))
})

test('changes that are none, or not complete', async () => {
  const refused = (change: unknown, message: string) =>
    assert.rejects(inspect(classifier, 'word', { changes: [change as Change] }), option(message))
  const kinds = 'changes: expected a kind of clamp, activation, without, edit, got'
  await refused(null, `${kinds} null`)
  await refused({}, `${kinds} {}`)
  await refused({ kind: 'toString' }, `${kinds} "toString"`)
  await refused({ kind: 'clmp', quantity: 'forgetGate', value: 1 }, `${kinds} "clmp"\\. Did you mean "clamp"\\?`)
  await refused({ kind: 'clamp', value: 1 }, 'clamp: expected one of the cell\'s quantities .*, got "undefined"')
  await refused({ kind: 'activation', quantity: 'forgetGate' }, 'activation: expected one of .*, got undefined')
  await refused({ kind: 'edit', index: 0, token: 5 }, 'edit: expected a token, got 5\\. Pass a string\\.')
  const options = { changes: { kind: 'without', quantity: 'forgetGate' } } as unknown as InspectOptions
  await assert.rejects(inspect(classifier, 'word', options), option('changes: expected an array of changes, got {'))
})

test('what is searched and what is inspected', async () => {
  const over = { texts: ['a'], units: 5 } as never
  await assert.rejects(inspect(classifier, 'word', { over }), option('firing: expected units and texts .*"units":5'))
  for (const model of [undefined, {}, vectors] as never[]) {
    await assert.rejects(inspect(model, 'word'), option('inspect: expected a classifier or a language model, got'))
  }
})
