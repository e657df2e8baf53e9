/** Every bad input: the exit code, what was given and expected and what to do, no stack, nothing half written. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { assertRefused, delimited, json, reviews, SMALL, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content)
const train = (file: string, ...options: string[]) => ['train', 'classifier', file, ...options]
const refused = (words: string[], status: 1 | 2, message: RegExp, input?: string | Uint8Array) =>
  assertRefused(words, input === undefined ? { cwd } : { cwd, input }, status, message)

before(() => {
  write('reviews.csv', delimited(reviews(60), ','))
  json(train('reviews.csv', '--epochs', '1', ...SMALL.slice(2)), { cwd })
})

test('a missing file and a folder in its place', () => {
  refused(train('none.csv'), 1, /none\.csv: expected a file that can be read, got no such file .* Check the path/)
  mkdirSync(join(cwd, 'folder.csv'))
  refused(train('folder.csv'), 1, /got a folder/)
  refused(['info', 'none.safetensors'], 1, /none\.safetensors: expected a file that can be read/)
  refused(['evaluate', 'reviews.safetensors', 'none.csv'], 1, /none\.csv: expected a file/)
  refused(['predict', 'reviews.safetensors', '--file', 'none.csv'], 1, /none\.csv: expected a file/)
})

test('an empty file, and one with a header only', () => {
  write('empty.csv', '')
  refused(train('empty.csv'), 1, /empty\.csv: expected rows of data, got an empty file/)
  write('header.csv', 'text,label\n')
  refused(train('header.csv'), 1, /header\.csv: expected rows of data after the header, got the header alone/)
})

test('no row that has both, a text and a label', () => {
  write('gaps.csv', 'text,label,note\n,x,a\nb,,c\n')
  const message = /gaps\.csv: .*in column "text" and a label in column "label", got 2 rows without one\. Name/
  refused(train('gaps.csv'), 1, message)
  refused(['evaluate', 'reviews.safetensors', 'gaps.csv'], 1, message)
})

test('a binary file, and a file of an unknown kind', () => {
  write(
    'binary.csv',
    Uint8Array.from({ length: 500 }, (_, k) => (k * 7) % 256),
  )
  refused(train('binary.csv'), 1, /binary\.csv: expected .*text/)
  write('table.xlsx', 'PK')
  refused(
    train('table.xlsx'),
    1,
    /table\.xlsx: expected a file that ends in \.csv, .*got \.xlsx\. Rename or convert it/,
  )
})

test('one class only', () => {
  write(
    'one.csv',
    delimited(
      reviews(20).map(row => ({ ...row, sentiment: 'positive' })),
      ',',
    ),
  )
  refused(train('one.csv'), 1, /expected two or more different labels, got only "positive"\. Check the label column/)
})

test('a column that is not there, and two that could be meant', () => {
  refused(train('reviews.csv', '--label', 'sentimant'), 1, /got "sentimant"\. Did you mean "sentiment"\?/)
  refused(train('reviews.csv', '--text', 'body'), 1, /expected a column among "review", "sentiment", got "body"/)
  write('both.csv', 'text,review,label\na b,c d,x\ne f,g h,y\n')
  refused(train('both.csv'), 2, /got "text", "review" .* Add --text and the one you mean/)
})

test('a wrong number of fields, with the line', () => {
  write('wide.csv', 'text,label\ngood,x\nbad,y,z\n')
  refused(train('wide.csv'), 1, /wide\.csv, line 3: expected 2 fields/)
})

test('bytes that are no UTF-8, in a file with the line and on standard input', () => {
  const wrong = Buffer.concat([Buffer.from('text,label\ngood,x\n'), Buffer.from([0xc4, 0xe3, 0x2c, 0x79, 0x0a])])
  write('gbk.csv', wrong)
  refused(train('gbk.csv'), 1, /gbk\.csv, line 3: expected text in utf-8, got other bytes\. .*--encoding gb18030/)
  refused(['predict', 'reviews.safetensors', '-'], 1, /standard input, .* expected text in utf-8/, wrong.subarray(18))
})

test('a damaged model, and one that was cut', () => {
  const bytes = readFileSync(join(cwd, 'reviews.safetensors'))
  const damaged = Uint8Array.from(bytes)
  damaged[damaged.length - 5] ^= 255
  write('damaged.safetensors', damaged)
  write('cut.safetensors', bytes.subarray(0, bytes.length - 100))
  for (const words of [['info'], ['predict', 'a text'], ['evaluate', 'reviews.csv']]) {
    const [command, ...rest] = words
    refused([command, 'damaged.safetensors', ...rest], 1, /damaged\.safetensors: model file, sha256: .* get it again/)
    refused([command, 'cut.safetensors', ...rest], 1, /cut\.safetensors: safetensors/)
  }
})

test('a file that is no model, wherever one is expected', () => {
  const message = /reviews\.csv: .*expected a model written by Sluice.*, got .*"review,sentiment.* Give a file that/
  for (const words of [
    ['info'],
    ['predict', 'a text'],
    ['evaluate', 'reviews.csv'],
    ['inspect', 'a text'],
    ['next', 'a text'],
    ['generate'],
    ['similar', 'good'],
  ]) {
    const [command, ...rest] = words
    refused([command, 'reviews.csv', ...rest], 1, message)
  }
  refused(train('reviews.csv', '--from', 'reviews.csv'), 1, message)
})

test('a label that the model does not know', () => {
  write('strange.csv', delimited([...reviews(4), { review: 'so so', sentiment: 'neutral' }], ','))
  refused(['evaluate', 'reviews.safetensors', 'strange.csv'], 1, /got "neutral"\. Check the label column/)
  refused(train('reviews.csv', '--test', 'strange.csv'), 1, /strange\.csv: expected labels .*got "neutral"/)
})

test('sizes that cannot be', () => {
  refused(
    train('reviews.csv', '--hidden', '65536', '--layers', '64'),
    1,
    /expected a need of at most 4294967296 bytes of memory, got \d+ .*Use fewer/,
  )
  refused(
    train('reviews.csv', '--hidden', '0'),
    2,
    /expected --hidden to be one or more whole numbers from 1 to 65536, got 0/,
  )
  refused(train('reviews.csv', '--layers', '1e9'), 2, /expected --layers to be a whole number/)
})

test('an output that cannot be written is refused before training', () => {
  refused(train('reviews.csv', '--out', 'none/m.safetensors'), 1, /none\/m\.safetensors: .* make its folder/)
  refused(train('reviews.csv', '--out', '.'), 1, /expected a file that can be written, got a folder/)
  refused(['predict', 'reviews.safetensors', 'x', '--out', 'none/a'], 1, /none\/a: expected a file that can be written/)
})

test('an output in place of what is read, or of another output, by whatever path', () => {
  const bytes = readFileSync(join(cwd, 'reviews.csv'))
  write('test.csv', bytes)
  symlinkSync('reviews.csv', join(cwd, 'link.csv'))
  const itsOwn = (flag: string, name: string) =>
    new RegExp(`^error: ${flag}: expected a file of its own, got "${name}"`)
  const outOf = (...words: string[]) => refused([...words, '--out', words.at(-1) as string], 2, itsOwn('--out', '.+'))
  outOf(...train('reviews.csv'))
  outOf(...train('reviews.csv', '--test', 'test.csv'))
  outOf(...train('reviews.csv', '--validation', 'test.csv'))
  outOf('train', 'language-model', 'test.csv', 'reviews.csv')
  outOf('train', 'language-model', 'reviews.csv', '--validation', 'test.csv')
  outOf('train', 'word-vectors', 'test.csv', 'reviews.csv')
  outOf('predict', 'reviews.safetensors', '--file', 'reviews.csv')
  refused(['predict', 'reviews.safetensors', 'a text', '--out', './reviews.safetensors'], 2, itsOwn('--out', '.+'))
  for (const name of ['./reviews.csv', 'link.csv', join(cwd, 'reviews.csv')]) {
    refused(train('reviews.csv', '--out', name), 2, /which is the same file as "reviews\.csv"\. Give another name/)
  }
  refused(train('reviews.csv', '--checkpoint', 'reviews.csv'), 2, itsOwn('--checkpoint', 'reviews.csv'))
  refused(train('reviews.csv', '--out', 'm', '--checkpoint', './m'), 2, itsOwn('--checkpoint', './m'))
  const from = ['--from', 'reviews.safetensors', '--out', 'm', '--checkpoint', 'reviews.safetensors']
  refused(train('reviews.csv', ...from), 2, itsOwn('--checkpoint', 'reviews.safetensors'))
  const inspect = ['inspect', 'reviews.safetensors', 'a text']
  refused([...inspect, '--html', 'reviews.safetensors'], 2, itsOwn('--html', 'reviews.safetensors'))
  refused([...inspect, '--html', 'a', '--svg', './a'], 2, itsOwn('--svg', './a'))
  assert.deepEqual(readFileSync(join(cwd, 'reviews.csv')), bytes)
})

test('a model that is gone on from may be replaced', () => {
  write('again.safetensors', readFileSync(join(cwd, 'reviews.safetensors')))
  json(train('reviews.csv', '--from', 'again.safetensors', '--out', 'again.safetensors', '--epochs', '1'), { cwd })
})

test('a training that leaves the finite numbers', () => {
  const wild = ['--optimizer', 'sgd', '--learning-rate', '1000', '--clip-norm', '1e9', '--cell', 'rnn-relu']
  const words = train(
    'reviews.csv',
    ...wild,
    '--epochs',
    '50',
    '--patience',
    '50',
    '--out',
    'wild.safetensors',
    '--json',
  )
  const { status, stdout, stderr } = sluice(words, { cwd })
  assert.deepEqual([status, stdout], [1, ''])
  // The step says what to try; where the last step of an epoch went too far, the epoch does.
  const step =
    'Try a learning rate of 100 \\(now 1000\\), a smaller clip norm than 1000000000 or some hundred steps of warm-up'
  const epoch = 'Use a smaller learning rate or clip norm'
  assert.match(stderr, new RegExp(`\\nerror: training, .*expected a finite .*(${step}|${epoch})\\.\\n$`))
  assert.ok(!existsSync(join(cwd, 'wild.safetensors')))
})

test('a module that is no cell', () => {
  write('nothing.ts', 'export default 3\n')
  refused(
    train('reviews.csv', '--cell', 'nothing.ts'),
    1,
    /nothing\.ts: expected a module whose default export is a cell/,
  )
  refused(train('reviews.csv', '--cell', './none.ts'), 1, /none\.ts: expected a module that can be loaded/)
})
