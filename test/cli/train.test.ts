import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { delimited, json, reviews, SMALL, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content)
const rows = reviews(120)
write('reviews.csv', delimited(rows, ','))
write('test.csv', delimited(reviews(30), ','))

test('a csv file becomes a model, and the document has exactly the promised fields', () => {
  const result = json(['train', 'classifier', 'reviews.csv', '--test', 'test.csv', ...SMALL], { cwd })
  assert.deepEqual(Object.keys(result), [
    'task',
    'examples',
    'parameters',
    'baseline',
    'epochs',
    'validation',
    'test',
    'model',
  ])
  assert.equal(result.task, 'classifier')
  assert.equal(result.examples, 120)
  assert.deepEqual(result.baseline, { majority: 0.5 })
  assert.deepEqual(Object.keys(result.epochs[0]), ['epoch', 'loss', 'validation', 'seconds'])
  assert.deepEqual(Object.keys(result.epochs[0].validation), ['loss', 'accuracy'])
  assert.equal(result.epochs[0].epoch, 1)
  assert.deepEqual(Object.keys(result.validation), ['epoch', 'loss', 'accuracy'])
  assert.deepEqual(Object.keys(result.test), ['accuracy', 'loss', 'macroF1'])
  assert.ok(result.test.accuracy > 0.9, `accuracy ${result.test.accuracy}`)
  assert.equal(result.model, 'reviews.safetensors')
  assert.ok(readdirSync(cwd).includes('reviews.safetensors'))
})

test('for the eye: the result on stdout, a line an epoch on stderr, no bar without a terminal', () => {
  const { status, stdout, stderr } = sluice(
    ['train', 'classifier', 'reviews.csv', '--test', 'test.csv', '--out', 'eye.safetensors', ...SMALL],
    { cwd },
  )
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^validation {2}accuracy .* % \(largest class 50\.0 %\), loss .*, epoch \d of \d\n/)
  assert.match(stdout, /\ntest {8}accuracy .* % \(largest class 50\.0 %\), loss .*, macro F1 .*\n/)
  assert.match(stdout, /\nmodel {7}eye\.safetensors, [\d,]+ parameters\n$/)
  assert.match(stderr, /^reviews\.csv: 120 texts in column "review", 2 labels in column "sentiment"\n/)
  assert.match(stderr, /\nepoch 1\/8 {2}loss \d\.\d+ {2}validation .* % {2}[\d,]+ tokens\/s {2}0:\d\d left\n/)
  assert.doesNotMatch(stdout + stderr, /[█░\r]/)
})

test('--quiet leaves standard error empty', () => {
  const { stderr } = sluice(['train', 'classifier', 'reviews.csv', '--quiet', '--out', 'quiet.safetensors', ...SMALL], {
    cwd,
  })
  assert.equal(stderr, '')
})

test('two runs with one seed write the same bytes, another seed others', () => {
  const bytesOf = (out: string, seed: string) => {
    const words = ['train', 'classifier', 'reviews.csv', '--out', out, '--seed', seed, '--quiet', ...SMALL]
    assert.equal(sluice(words, { cwd }).status, 0)
    return readFileSync(join(cwd, out))
  }
  const first = bytesOf('one.safetensors', '7')
  assert.ok(first.equals(bytesOf('two.safetensors', '7')))
  assert.ok(!first.equals(bytesOf('three.safetensors', '8')))
})

test('tsv, jsonl and gz are read, columns may be named, a gru and plain arithmetic chosen', () => {
  const named = rows.map(({ review, sentiment }, k) => ({ id: String(k), body: review, kind: sentiment }))
  write('named.tsv', delimited(named, '\t'))
  write('rows.jsonl.gz', gzipSync(named.map(row => `${JSON.stringify(row)}\n`).join('')))
  const columns = ['--text', 'body', '--label', 'kind']
  const options = [...columns, '--cell', 'gru', '--arithmetic', 'plain', ...SMALL]
  const tsv = json(['train', 'classifier', 'named.tsv', ...options], { cwd })
  const jsonl = json(['train', 'classifier', 'rows.jsonl.gz', ...options], { cwd })
  assert.equal(jsonl.model, 'rows.safetensors')
  assert.deepEqual(jsonl.epochs.map(lossOf), tsv.epochs.map(lossOf))
})

const lossOf = ({ loss }: { loss: number }): number => loss

test('a file without a header has its columns by number, and may be in another encoding', () => {
  const lines = rows.map(({ review, sentiment }) => `${sentiment},${review}\n`).join('')
  write('bare.csv', Buffer.from(`\uFEFF${lines}`, 'utf16le'))
  const words = ['train', 'classifier', 'bare.csv', '--no-header', '--text', '2', '--label', '1', ...SMALL]
  assert.equal(json([...words, '--encoding', 'utf-16le'], { cwd }).examples, 120)
})

test('validation by fraction or by file', () => {
  const split = (value: string) =>
    json(['train', 'classifier', 'reviews.csv', '--validation', value, ...SMALL], { cwd })
  const byFile = split('test.csv')
  assert.equal(byFile.examples, 120)
  assert.notDeepEqual(split('0.3').epochs.map(lossOf), byFile.epochs.map(lossOf))
})

test('dropped rows and cut texts are counted in warnings', () => {
  const gaps = [{ review: '', sentiment: 'positive' }, { review: 'no label', sentiment: ' ' }, ...rows]
  write('gaps.csv', delimited(gaps, ','))
  const { status, stderr } = sluice(['train', 'classifier', 'gaps.csv', '--max-tokens', '4', ...SMALL], { cwd })
  assert.equal(status, 0, stderr)
  assert.match(stderr, /warning: gaps\.csv: 2 of 122 rows dropped: text or label is empty\n/)
  assert.match(stderr, /warning: \d+ texts \(\d+\.\d %\) cut after 4 tokens; --max-tokens N reads more\n/)
})

test('Chinese text under Chinese column names trains and predicts', () => {
  const good = ['很好', '喜欢', '精彩']
  const bad = ['很差', '讨厌', '无聊']
  const chinese = Array.from({ length: 80 }, (_, k) => ({
    评论: `这部电影${(k % 2 ? bad : good)[k % 3]}${'啊'.repeat(k % 4)}`,
    情感: k % 2 ? '负面' : '正面',
  }))
  write('影评.csv', delimited(chinese, ','))
  const { model } = json(['train', 'classifier', '影评.csv', ...SMALL, '--epochs', '15'], { cwd })
  assert.equal(model, '影评.safetensors')
  assert.equal(json(['predict', model, '这部电影很好'], { cwd }).label, '正面')
  const { stdout } = sluice(['evaluate', model, '影评.csv'], { cwd })
  assert.match(stdout, /\n正面 .* 40\n/)
})

test('a cell of one’s own is loaded from a module and saved by its equations', () => {
  const source = join(import.meta.dirname, '../../src')
  write(
    'leaky.ts',
    `import { defineCell } from '${source}/cells/define.ts'
     import { add, constant, mul, tanh } from '${source}/formula/expression.ts'
     export default defineCell('leaky', ({ affine, previous }) => {
       const candidate = tanh(affine('h'))
       const h = add(mul(constant(0.5), previous('h')), mul(constant(0.5), candidate))
       return { state: { h }, quantities: { candidate } }
     })`,
  )
  const { model } = json(
    ['train', 'classifier', 'reviews.csv', '--cell', './leaky.ts', '--out', 'leaky.st', ...SMALL],
    {
      cwd,
    },
  )
  const info = json(['info', model], { cwd })
  assert.equal(info.cell, 'leaky')
  assert.match(info.equations.at(-1), /^h\[t\] = .*0\.5/)
})
