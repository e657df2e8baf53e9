import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError, OptionError } from '../errors/errors.ts'
import { findColumns, findTextColumn } from './columns.ts'
import type { Table } from './table.ts'

function table(columns: string[], ...rows: string[][]): Table {
  return { name: 'reviews.csv', columns, rows, lines: rows.map((_, index) => index + 2) }
}

const ROWS = [
  ['1', 'good', 'a long text about a film', '0.5'],
  ['2', 'bad', 'another text of some length', '0.25'],
  ['3', 'good', 'and a third one', '0.125'],
]

test('usual names are found in English and Chinese, without regard to case', () => {
  assert.deepEqual(findColumns(table(['id', 'Label', 'Review', 'x'], ...ROWS)), { text: 2, label: 1 })
  assert.deepEqual(findColumns(table(['编号', '情感', '评论', 'x'], ...ROWS)), { text: 2, label: 1 })
})

test('without usual names the longest texts and the fewest values decide', () => {
  assert.deepEqual(findColumns(table(['1', '2', '3', '4'], ...ROWS)), { text: 2, label: 1 })
  assert.deepEqual(findColumns(table(['id', 'mood', 'said', 'x'], ...ROWS)), { text: 2, label: 1 })
})

test('a given name wins over a usual one, and a number over a missing header', () => {
  const named = table(['text', 'label', 'said', 'mood'], ...ROWS)
  assert.deepEqual(findColumns(named, { text: 'said', label: 'MOOD' }), { text: 2, label: 3 })
  assert.deepEqual(findColumns(table(['1', '2', '3', '4'], ...ROWS), { text: '3', label: '4' }), { text: 2, label: 3 })
})

test('a name that is not there is a data error that lists the columns and the nearest', () => {
  const given = table(['id', 'label', 'review', 'x'], ...ROWS)
  assert.throws(
    () => findColumns(given, { text: 'reveiw' }),
    error =>
      error instanceof DataError &&
      error.message ===
        'reviews.csv: expected a column among "id", "label", "review", "x", got "reveiw". Did you mean "review"?',
  )
  assert.throws(() => findColumns(given, { label: 'colour' }), /got "colour"\. Give one of these names\./)
})

test('two columns that are as good are an option error that names them and the option', () => {
  const two = table(['label', 'class', 'text', 'x'], ...ROWS)
  assert.throws(
    () => findColumns(two),
    error =>
      error instanceof OptionError &&
      error.message.startsWith('reviews.csv: expected one column that can be the label, got "label", "class"') &&
      error.message.endsWith('Add --label and the one you mean.'),
  )
  assert.deepEqual(findColumns(two, { label: 'class' }), { text: 2, label: 1 })
  const pair = table(['question', 'answer', 'kind'], ['who is there at the door', 'nobody whom we know', 'a'])
  assert.throws(() => findTextColumn(pair), /can be the text, got "question", "answer"/)
  const tied = table(
    ['a', 'b', 'c'],
    ['1', 'x', 'a long text of words'],
    ['2', 'y', 'another text of words'],
    ['2', 'y', 'a third one of words'],
  )
  assert.throws(() => findColumns(tied), /can be the label, got "a", "b"/)
})

test('a column of one value is no label, and a table of one column has none', () => {
  const constant = table(
    ['split', 'kind', 'said'],
    ['t', 'a', 'a long text of words'],
    ['t', 'b', 'another of words'],
    ['t', 'b', 'a third one of words'],
  )
  assert.deepEqual(findColumns(constant), { text: 2, label: 1 })
  assert.throws(() => findColumns(table(['said'], ['a text'])), /expected a column of texts and one of labels/)
  assert.throws(() => findColumns(table(['label'], ['a text'])), /expected a column of texts and one of labels/)
  const none = table(['split', 'said'], ['t', 'a long text of words'], ['t', 'another of words'])
  assert.throws(() => findColumns(none), /two or more different labels that repeat, got none among "split", "said"/)
})

test('a column whose values are all different is a number of the row, no label', () => {
  const numbered = table(['id', 'said'], ['1', 'a long text of words'], ['2', 'another of words'])
  assert.throws(() => findColumns(numbered), DataError)
})

test('one column cannot be both text and label', () => {
  const given = table(['id', 'label', 'review', 'x'], ...ROWS)
  assert.throws(() => findColumns(given, { text: 'label', label: 'label' }), OptionError)
})

test('the text column alone is found in a table without labels', () => {
  assert.equal(findTextColumn(table(['id', 'said'], ['1', 'a long text'])), 1)
  assert.equal(findTextColumn(table(['id', 'said'], ['1', 'a long text']), 'id'), 0)
})
