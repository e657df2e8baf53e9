/** `sluice inspect`, with models that the command line has trained. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { assertRefused, delimited, json, reviews, SMALL, sluice, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const model = 'reviews.safetensors'
const letters = 'letters.safetensors'

before(() => {
  writeFileSync(join(cwd, 'reviews.csv'), delimited(reviews(80), ','))
  json(['train', 'classifier', 'reviews.csv', ...SMALL, '--layers', '2'], { cwd })
  writeFileSync(join(cwd, 'letters.txt'), 'the cat sat on the mat\n'.repeat(60))
  const sizes = ['--hidden', '8', '--embedding', '8', '--epochs', '2', '--tokens', 'character', '--cell', 'gru']
  json(['train', 'language-model', 'letters.txt', ...sizes], { cwd })
})

describe('inspect', () => {
  test('--json is the report, and predicts what predict predicts', () => {
    const report = json(['inspect', model, 'the film was good zebra', '--at', '2'], { cwd })
    assert.deepEqual(Object.keys(report), [
      'task',
      'text',
      'tokens',
      'unknown',
      'layers',
      'prediction',
      'predictions',
      'gradient',
      'interventions',
    ])
    const { text, ...prediction } = json(['predict', model, 'the film was good zebra'], { cwd })
    assert.equal(report.text, text)
    assert.deepEqual(report.prediction, prediction)
    assert.deepEqual(report.unknown, [4])
    assert.deepEqual(
      report.layers.map((layer: { ledger: { at: number } }) => layer.ledger.at),
      [2, 2, 2, 2],
    )
    const { text: _cut, ...early } = json(['predict', model, 'the film'], { cwd })
    assert.deepEqual(report.predictions[1], early)
  })

  test('for the eye: a token a line with bars and per cents, no colour in a pipe', () => {
    const { status, stdout, stderr } = sluice(['inspect', model, 'the film was good', '--layer', '1'], { cwd })
    assert.equal(status, 0, stderr)
    assert.match(
      stdout,
      /^predicted: (?:positive|negative), \d+\.\d % \(4 tokens\)\n\nlayer 1 of 0 to 1, forward: lstm, 8/,
    )
    assert.match(stdout, /\nfilm +[█▏▎▍▌▋▊▉]+ +\d+ % /)
    assert.ok(!stdout.includes('\x1b'))
    assert.equal(stderr, '')
  })

  test('tries each change, again and again', () => {
    const changes = ['--clamp', 'forgetGate=0.5', '--clamp', 'inputGate=-1e-1', '--activation', 'forgetGate=relu']
    const more = ['--without', 'outputGate', '--without', 'inputGate', '--edit', '3=bad', '--edit', '0=A']
    const report = json(['inspect', model, 'the film was good', ...changes, ...more], { cwd })
    assert.deepEqual(
      report.interventions.map(({ change }: { change: string }) => change),
      [
        'clamp forgetGate=0.5',
        'clamp inputGate=-0.1',
        'activation forgetGate=relu',
        'without outputGate',
        'without inputGate',
        'edit 3=bad',
        'edit 0=A',
      ],
    )
    const { text: _text, ...edited } = json(['predict', model, 'the film was bad'], { cwd })
    assert.deepEqual(report.interventions[5].prediction, edited)
  })

  test('--over tells where units fire: the largest ones of the text, or those named', () => {
    const words = ['inspect', model, 'the film was good', '--over', 'reviews.csv']
    const largest = json([...words, '--units', '3'], { cwd }).firing
    assert.deepEqual(
      largest.map((f: { direction: string }) => f.direction).join(' '),
      'forward forward forward backward backward backward',
    )
    const named = json([...words, '--unit', '1', '--unit', '7', '--quantity', 'forgetGate', '--layer', '1'], {
      cwd,
    }).firing
    assert.deepEqual(
      named.map((f: { unit: number }) => f.unit),
      [1, 7, 1, 7],
    )
    assert.ok(named.every((f: { quantity: string; layer: number }) => f.quantity === 'forgetGate' && f.layer === 1))
    assert.match(sluice(words, { cwd }).stdout, /\nunit \d+ of layer 0, forward: where h is largest in \d+ tokens\n/)
  })

  test('reads a language model, its text from standard input, and a text to search', () => {
    const report = json(['inspect', letters, '-', '--over', 'letters.txt'], { cwd, input: 'the cat\n' })
    assert.equal(report.task, 'language-model')
    assert.equal(report.text, 'the cat')
    assert.deepEqual(
      report.predictions
        .slice(0, -1)
        .map((p: { token: string }) => p.token)
        .join(''),
      'he cat',
    )
    assert.equal(report.layers[0].ledger.state, 'h')
    assert.equal(report.firing.length, 5)
    assert.equal(report.firing[0].tokens, 23 * 60)
  })

  test('--html and --svg write files that load nothing, hostile text or not', () => {
    const text = '<script>alert(1)</script> \x1b[31m "good" & bad'
    const files = ['--html', 'seen.html', '--svg', 'seen.svg']
    const { status, stdout, stderr } = sluice(['inspect', model, text, ...files], { cwd })
    assert.equal(status, 0, stderr)
    assert.match(stderr, /^seen\.html written\nseen\.svg written\n$/)
    assert.doesNotMatch(stdout, /[^\P{Cc}\n]/u)
    const page = readFileSync(join(cwd, 'seen.html'), 'utf8')
    assert.equal(page.match(/<script/g)?.length, 2)
    assert.doesNotMatch(page, /https?:|<[^>]+\s(?:src|href)=/)
    const figure = readFileSync(join(cwd, 'seen.svg'), 'utf8')
    assert.equal(figure.match(/https?:\/\/[^"]*/g)?.join(), 'http://www.w3.org/2000/svg')
  })

  test('an empty text, one token and unknown ones are read', () => {
    for (const text of ['', 'good', 'xyzzy plugh']) {
      for (const file of [model, letters]) {
        const report = json(['inspect', file, text], { cwd })
        assert.ok(report.tokens.length >= 1)
        assert.equal(report.gradient.length, report.tokens.length)
      }
    }
  })
})

describe('inspect refuses', () => {
  const refused = (words: readonly string[], message: RegExp, status: 1 | 2 = 2) =>
    assertRefused(['inspect', model, 'the good film', ...words], { cwd }, status, message)
  const names = 'inputGate, forgetGate, candidate, outputGate'

  test('a quantity that is not there, with the names', () => {
    const known = `expected one of the cell's quantities \\(${names}\\), got "forgetgate"`
    refused(['--clamp', 'forgetgate=1'], new RegExp(`^error: --clamp: ${known}\\. Did you mean "forgetGate"`))
    refused(['--over', 'reviews.csv', '--quantity', 'c_t'], /^error: --quantity: expected one of lstm \(.*got "c_t"/)
  })

  test('a token, layer or unit that is not there', () => {
    refused(['--edit', '3=bad'], /^error: --edit: expected a token of the text, 0 to 2, got 3\./)
    refused(['--at', '3'], /^error: --at: expected a token of the text, 0 to 2, got 3\./)
    refused(['--layer', '2'], /^error: --layer: expected one from 0 to 1, got 2\./)
    refused(['--unit', '8', '--over', 'reviews.csv'], /^error: --unit: expected a unit from 0 to 7 of h, got 8\./)
    refused(['--edit', 'x=bad'], /^error: --edit: expected INDEX=TOKEN with a place from 0, got "x=bad"\.\nRun/)
  })

  test('a file that is not there or cannot be written', () => {
    refused(['--over', 'nothing.csv'], /nothing\.csv/, 1)
    refused(['--html', 'no/where.html'], /no\/where\.html/, 1)
    assertRefused(['inspect', model], { cwd }, 2, /expected TEXT, got nothing/)
  })
})
