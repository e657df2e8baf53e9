/** predict, evaluate, info and doctor, with a model that the command line has trained. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { delimited, json, reviews, SMALL, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const write = (name: string, content: string) => writeFileSync(join(cwd, name), content)
const model = 'reviews.safetensors'

before(() => {
  write('reviews.csv', delimited(reviews(120), ','))
  json(['train', 'classifier', 'reviews.csv', ...SMALL], { cwd })
})

const linesOf = (stdout: string): string[] => stdout.trimEnd().split('\n')

test('predict answers one line a text, in order', () => {
  const { status, stdout } = sluice(['predict', model, 'a good film', 'an awful\nfilm'], { cwd })
  assert.equal(status, 0)
  assert.match(stdout, /^positive\t0\.\d{4}\ta good film\nnegative\t0\.\d{4}\tan awful film\n$/)
})

test('predict counts one text as one', () => {
  write('one.csv', 'review\n" "\n')
  const { stderr } = sluice(['predict', model, '--file', 'one.csv', '--out', 'one.txt'], { cwd })
  const blank = 'warning: one.csv: 1 empty text answered as an unknown word\n'
  assert.equal(stderr, `one.csv: 1 text in column "review"\n${blank}one.txt: 1 text predicted\n`)
})

test('predict --json writes a document a line with exactly the promised fields', () => {
  const answer = json(['predict', model, 'a good film'], { cwd })
  assert.deepEqual(Object.keys(answer), ['text', 'label', 'probability', 'probabilities'])
  assert.deepEqual(Object.keys(answer.probabilities), ['negative', 'positive'])
  assert.equal(answer.probability, answer.probabilities[answer.label])
})

test('predict reads lines from standard input, an empty one and one without an end too', () => {
  const input = 'a good film\r\n\na dull story'
  const { stdout } = sluice(['predict', model, 'first', '-', 'last', '--json'], { cwd, input })
  const texts = linesOf(stdout).map(line => JSON.parse(line).text)
  assert.deepEqual(texts, ['first', 'a good film', '', 'a dull story', 'last'])
})

test('predict takes the column that the model was trained by, else one that it finds, else the one given', () => {
  write('more.tsv', 'summary of it all that is long\treview\nthis is a long text and bad\tgood\n')
  write('other.jsonl', '{"id": "1", "message": "a good film"}\n')
  const textsOf = (...words: string[]) =>
    linesOf(sluice(['predict', model, '--json', ...words], { cwd }).stdout).map(line => JSON.parse(line).text)
  assert.deepEqual(textsOf('--file', 'more.tsv'), ['good'])
  assert.deepEqual(textsOf('--file', 'other.jsonl'), ['a good film'])
  assert.deepEqual(textsOf('--file', 'other.jsonl', '--text', 'id'), ['1'])
  write('lines.txt', 'a good film\na bad film\n')
  assert.deepEqual(textsOf('--file', 'lines.txt'), ['a good film', 'a bad film'])
})

test('predict --out writes the same lines to a file and nothing to standard output', () => {
  const words = ['predict', model, '--file', 'reviews.csv', '--json']
  const { stdout } = sluice(words, { cwd })
  const toFile = sluice([...words, '--out', 'answers.jsonl'], { cwd })
  assert.equal(toFile.stdout, '')
  assert.equal(linesOf(stdout).length, 120)
  assert.equal(readFileSync(join(cwd, 'answers.jsonl'), 'utf8'), stdout)
})

test('a text alone and among others has the same probability', () => {
  const all = linesOf(sluice(['predict', model, '--file', 'reviews.csv', '--json'], { cwd }).stdout)
  const { text } = JSON.parse(all[17])
  assert.deepEqual(json(['predict', model, text], { cwd }), JSON.parse(all[17]))
})

test('evaluate --json has exactly the promised fields, and counts what it should', () => {
  const result = json(['evaluate', model, 'reviews.csv'], { cwd })
  assert.deepEqual(Object.keys(result), ['examples', 'loss', 'accuracy', 'macroF1', 'classes', 'confusion'])
  assert.deepEqual(Object.keys(result.classes[0]), ['label', 'precision', 'recall', 'f1', 'support'])
  assert.deepEqual(
    result.classes.map((scores: { label: string; support: number }) => [scores.label, scores.support]),
    [
      ['negative', 60],
      ['positive', 60],
    ],
  )
  const { confusion } = result
  assert.equal(
    confusion.flat().reduce((sum: number, n: number) => sum + n, 0),
    120,
  )
  assert.equal(result.accuracy, (confusion[0][0] + confusion[1][1]) / 120)
})

test('evaluate for the eye shows accuracy beside the largest class, the classes and the confusion matrix', () => {
  const { stdout, stderr } = sluice(['evaluate', model, 'reviews.csv'], { cwd })
  assert.match(stdout, /^accuracy \d+\.\d % \(largest class 50\.0 %\) of 120 texts\nloss /)
  assert.match(stdout, /\nlabel +precision +recall +F1 +support\nnegative .* 60\npositive .* 60\n/)
  assert.match(stdout, /\ntrue \\ predicted +negative +positive\nnegative +\d+ +\d+\npositive +\d+ +\d+\n$/)
  assert.match(stderr, /^reviews\.csv: 120 texts/)
})

test('info tells sizes, vocabulary, equations and training', () => {
  const info = json(['info', model], { cwd })
  assert.deepEqual(info.labels, ['negative', 'positive'])
  assert.deepEqual(info.columns, { text: 'review', label: 'sentiment' })
  assert.deepEqual(info.hidden, [8])
  assert.equal(info.vocabulary.first[0], '<unk>')
  assert.equal(info.vocabulary.size, info.tensors[0].shape[0])
  const sizes = info.tensors.map(({ shape }: { shape: number[] }) => shape.reduce((a, b) => a * b, 1))
  assert.equal(
    info.parameters,
    sizes.reduce((a: number, b: number) => a + b, 0),
  )
  assert.equal(info.training.options.hidden, 8)
  assert.match(info.equations.at(-2), /^c\[t\] = forgetGate \* c\[t-1\] \+ inputGate \* candidate$/)
  const { stdout } = sluice(['info', model], { cwd })
  assert.match(stdout, /^task .*text classifier of 2 labels\n/)
  assert.match(stdout, /\nh\[t\] = outputGate \* tanh\(c\[t\]\)\n$/)
})

test('doctor tells engine, SIMD, wide mode, threads, memory and what is missing', () => {
  const report = json(['doctor'], { cwd })
  assert.deepEqual(Object.keys(report), [
    'version',
    'engine',
    'processor',
    'simd',
    'wide',
    'threads',
    'memory',
    'missing',
  ])
  assert.equal(report.engine.node, process.versions.node)
  assert.ok(['relaxed', 'plain'].includes(report.simd.level))
  assert.equal(typeof report.wide.enabled, 'boolean')
  assert.equal(report.threads.used, availableParallelism())
  assert.match(sluice(['doctor'], { cwd }).stdout, /\nSIMD {7}(?:relaxed|plain): /)
})
