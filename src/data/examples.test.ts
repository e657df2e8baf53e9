import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toExamples } from './examples.ts'

test('rows with a blank text or label are dropped and counted, labels are trimmed, texts kept as they are', () => {
  const table = {
    name: 't.csv',
    columns: ['label', 'text'],
    rows: [
      ['good ', ' fine '],
      ['', 'no label'],
      ['bad', ' \t'],
      ['bad', 'poor'],
    ],
    lines: [2, 3, 4, 5],
  }
  assert.deepEqual(toExamples(table, { text: 1, label: 0 }), {
    examples: [
      { text: ' fine ', label: 'good' },
      { text: 'poor', label: 'bad' },
    ],
    dropped: 2,
  })
})
