/** The command line itself: what it takes, what it refuses with exit 2, and its document. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cells } from '../../src/cells/registry.ts'
import { commands } from '../../src/cli/commands.ts'
import { flagOf } from '../../src/cli/flags.ts'
import { notYetBuilt } from '../../src/cli/not-yet-built.ts'
import { trainClassifierOptions } from '../../src/cli/option-tables.ts'
import { LIBRARY_VERSION } from '../../src/version.ts'
import { CLI_DOCUMENT, withOptions } from '../../tools/write-cli-options.ts'
import { assertRefused, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const refused = (words: string[], message: RegExp) => assertRefused(words, { cwd }, 2, message)

test('--version and --help answer on standard output', () => {
  assert.deepEqual(sluice(['--version'], { cwd }), { status: 0, stdout: `${LIBRARY_VERSION}\n`, stderr: '' })
  const { status, stdout, stderr } = sluice(['--help'], { cwd })
  assert.deepEqual([status, stderr], [0, ''])
  for (const { name } of commands) assert.match(stdout, new RegExp(`\n  ${name.split(' ')[0]} `))
})

test('each command has help with its options and an example', () => {
  for (const { name, options } of commands) {
    const { status, stdout } = sluice([...name.split(' '), '--help'], { cwd })
    assert.equal(status, 0)
    assert.match(stdout, new RegExp(`^Usage: sluice ${name} [^]*\nExamples?:\n  sluice ${name}`))
    for (const option of Object.keys(options)) assert.ok(stdout.includes(flagOf(option).slice(2)), `${name} ${option}`)
  }
})

test('an unknown command and option: the nearest is suggested', () => {
  refused(['predct', 'x'], /expected a command \(.*\), got "predct"\. Did you mean "predict"\?/)
  refused(['trian', 'classifier', 'x'], /expected a command \(.*\), got "trian"\. Did you mean "train"\?/)
  refused(['train', 'clasifier', 'x'], /sluice train: .*got "clasifier"\. Did you mean "classifier"\?/)
  refused(['train', 'reviews.csv'], /got "reviews\.csv"\. Write: sluice train classifier reviews\.csv/)
  refused(['info', 'm', '--jsn'], /sluice info: .*got "--jsn"\. Did you mean "--json"\?/)
  refused(['train', 'classifier', 'x.csv', '--learningrate', '1'], /Did you mean "--learning-rate"\?/)
})

test('a missing argument, one too many, a missing value', () => {
  for (const [words, expected] of [
    [[], /sluice: expected a command \(train classifier, .*got nothing\.\n/],
    [['train'], /sluice train: expected a command \(classifier, language-model, word-vectors\), got nothing\.\n/],
  ] as const) {
    const { status, stderr } = sluice(words, { cwd })
    assert.equal(status, 2)
    assert.match(stderr, expected)
  }
  refused(['train', 'classifier'], /sluice train classifier: expected FILE, got nothing/)
  refused(['evaluate', 'm'], /sluice evaluate: expected FILE, got nothing/)
  refused(['predict', 'm'], /expected a text, - for standard input, or --file FILE/)
  refused(['info', 'a', 'b'], /sluice info: expected MODEL, got "b" besides/)
  assert.match(sluice(['train', 'classifier', 'x.csv', '--hidden'], { cwd }).stderr, /expected a value after --hidden/)
})

test('a value of the wrong type or out of range, by the flag’s name', () => {
  const train = ['train', 'classifier', 'x.csv']
  refused([...train, '--learning-rate', 'fast'], /--learning-rate to be a number from 1e-9 to 1000, got "fast"/)
  refused([...train, '--seed', '-1'], /--seed to be a whole number from 0 .*got -1/)
  refused([...train, '--batch', '1.5'], /--batch to be a whole number .*got 1\.5/)
  refused([...train, '--tokens', 'wrod'], /--tokens to be one of word, .*subword, got "wrod"\. Did you mean "word"\?/)
  refused([...train, '--validation', '2'], /--validation to be a number from 0\.01 to 0\.9, got 2/)
  refused([...train, '--cell', 'lsmt'], /--cell: expected one of .*got "lsmt"\. Did you mean "lstm"\?/)
  refused(['predict', 'm', '-5 stars'], /got "-5 stars"\.\n.*A text that begins with - stands after --/)
})

test('an option that would do nothing', () => {
  const noFile = /--(?:text|no-header): expected --file FILE beside it, got none: a text on the command line has no col/
  refused(['predict', 'm', 'a text', '--text', 'review'], noFile)
  refused(['predict', 'm', '-', '--no-header'], noFile)
  refused(
    ['predict', 'm', 'a text', '--encoding', 'gb18030'],
    /--encoding: expected --file FILE or - beside it, got none/,
  )
  refused(['inspect', 'm', 'a text', '--encoding', 'gb18030'], /--encoding: expected --over FILE beside it, got none/)
  refused(['generate', 'm', '--stop', ''], /--stop: expected a text to stop at, got an empty one\. Leave it out/)
})

test('a bench with nothing to measure', () => {
  const words = ['bench', '--workload', 'lstm-small', '--phase', 'stream']
  refused(words, /expected a workload that has this phase and form, got lstm-small with stream\. Leave one/)
})

test('what is not built yet says so', () => {
  for (const name of notYetBuilt.slice(0, 3)) {
    refused([...name.split(' '), 'x', '--top', '3'], new RegExp(`sluice ${name} is not built yet`))
  }
  refused(['predict', 'm', '--threads', '0'], /--threads to be a whole number from 1/)
})

test('nothing is both built and not yet built', () => {
  for (const { name } of commands) assert.ok(!notYetBuilt.includes(name), name)
})

test('--debug shows the stack', () => {
  const { status, stderr } = sluice(['info', 'none', '--debug'], { cwd })
  assert.equal(status, 1)
  assert.match(stderr, /DataError: none: .*\n {4}at /)
})

test('the help names every built-in cell', () => {
  for (const name of Object.keys(cells)) assert.match(trainClassifierOptions.cell.about, new RegExp(`[ ,]${name},`))
})

test('docs/cli.md has the tables of the program; `node tools/write-cli-options.ts` writes them', () => {
  const document = readFileSync(CLI_DOCUMENT, 'utf8')
  assert.equal(document, withOptions(document))
  for (const { name } of commands) assert.match(document, new RegExp(`\n## ${name}\n`))
})
