import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resumeLine } from './resume-line.ts'

test('the line that goes on is what was typed, with --resume', () => {
  assert.equal(
    resumeLine(['train', 'classifier', 'a.csv', '--batch', '8'], undefined),
    'sluice train classifier a.csv --batch 8 --resume',
  )
  assert.equal(
    resumeLine(['train', 'classifier', 'a.csv', '--resume'], undefined),
    'sluice train classifier a.csv --resume',
  )
  assert.equal(resumeLine(['train', 'x', '--', '-a.csv'], undefined), 'sluice train x --resume -- -a.csv')
})

test('words are quoted where a shell would read them otherwise', () => {
  assert.equal(
    resumeLine(["it's $5.csv", '评论.csv', ''], undefined),
    "sluice 'it'\\''s $5.csv' '评论.csv' '' --resume",
  )
})

test('in a checkout it goes through npm, as it came', () => {
  assert.equal(resumeLine(['train'], 'sluice'), 'npm run --silent sluice -- train --resume')
  assert.equal(resumeLine(['train'], 'test:unit'), 'sluice train --resume')
})
