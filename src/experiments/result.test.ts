import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Figure, isReached } from './experiment.ts'
import { fileNameOf, resultOf, resultText } from './result.ts'
import { tableRows } from './table.ts'

const figure: Figure = { of: 'LSTM', what: 'perplexity', digits: 1, better: 'lower', values: [118, 114.26] }
const published = { value: 115, source: 'A paper' }

test('a published value within our spread is reached, and one that ours are better than', () => {
  assert.equal(isReached({ ...figure, published }), true)
  assert.equal(isReached({ ...figure, published: { ...published, value: 200 } }), true)
  assert.equal(isReached({ ...figure, published: { ...published, value: 114 } }), false)
  assert.equal(isReached({ ...figure, better: 'higher', published: { ...published, value: 117 } }), true)
  assert.equal(isReached({ ...figure, better: 'higher', published: { ...published, value: 119 } }), false)
})

test('a goal is for the mean, and stands before what was published', () => {
  assert.equal(isReached({ ...figure, published, goal: 116.2 }), true)
  assert.equal(isReached({ ...figure, published, goal: 116 }), false)
})

test('without a direction or anything to reach, nothing is said', () => {
  assert.equal(isReached(figure), null)
  assert.equal(isReached({ ...figure, better: null, published }), null)
})

const facts = {
  experiment: 'name',
  variant: 'other',
  extent: 'full',
  question: 'How?',
  command: 'sluice experiment name --other',
  seeds: [1, 2],
  seconds: 3,
  processorSeconds: 2,
  isResumed: false,
  date: '2026-11-24',
  machine: 'a machine',
  library: '0.1.0',
} as const

test('a result has mean and spread, and a table writes them', () => {
  const result = resultOf({ figures: [{ ...figure, published, unit: 'nats' }], charts: [] }, facts)
  const [{ mean, least, greatest, reached }] = result.figures
  assert.deepEqual([mean, least, greatest, reached], [116.13, 114.26, 118, true])
  const row = ['LSTM', 'perplexity', '116.1 nats', '2: 114.3 to 118.0', '115.0 nats (A paper)', 'yes']
  assert.deepEqual(tableRows(result.figures), [row])
})

test('the file of a result is JSON with each list of numbers on one line', () => {
  const chart = {
    name: 'c',
    title: 'values [\n 1,\n 2]',
    x: { label: '' },
    y: { label: '', domain: [0, -1e-7] },
    series: [{ name: 's', points: [[1, 2.5]] }],
  } as const
  const result = resultOf({ figures: [figure], charts: [chart] }, facts)
  const text = resultText(result)
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(result)))
  for (const line of ['"seeds": [ 1, 2 ]', '"values": [ 118, 114.26 ]', '[ 1, 2.5 ]', '[ 0, -1e-7 ]']) {
    assert.ok(text.includes(line), line)
  }
})

test('files are named for experiment, variant and extent, so that a quick run overwrites no full one', () => {
  assert.equal(fileNameOf('a', null, 'full'), 'a')
  assert.equal(fileNameOf('a', 'b', 'full'), 'a-b')
  assert.equal(fileNameOf('a', 'b', 'quick'), 'a-b-quick')
})
