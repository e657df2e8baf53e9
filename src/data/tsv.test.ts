import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTable } from './parse-table.ts'
import { isQuotedTsv, readTsv } from './tsv.ts'

test('quotes are text in a plain file, also at the beginning of a field', async () => {
  const text = 'label\ttext\n1\tnew " conan " and\n0\t" fine " he said\n1\t"\n'
  assert.equal(isQuotedTsv(text), false)
  const { rows } = await parseTable(text, { name: 'r.tsv' })
  assert.deepEqual(rows, [
    ['1', 'new " conan " and'],
    ['0', '" fine " he said'],
    ['1', '"'],
  ])
})

test('a file is quoted if all its quotes are and some were needed', async () => {
  const text = 'label\ttext\n1\t"a ""fine"" film"\n0\t"two\nlines"\n1\tplain\n'
  assert.equal(isQuotedTsv(text), true)
  const { rows, lines } = await parseTable(text, { name: 'r.tsv' })
  assert.deepEqual(rows, [
    ['1', 'a "fine" film'],
    ['0', 'two\nlines'],
    ['1', 'plain'],
  ])
  assert.deepEqual(lines, [2, 3, 5])
})

test('a file is quoted if each field of its first line is', () => {
  assert.equal(isQuotedTsv('"label"\t"text"\n"1"\t"fine"'), true)
  assert.equal(isQuotedTsv('label\ttext\n1\t"fine"'), false)
  assert.equal(isQuotedTsv('label\ttext\n1\t"a\tb"'), true)
  assert.equal(isQuotedTsv('label\ttext\n1\t"never closed'), false)
  assert.equal(isQuotedTsv('label\ttext\n1\tfine'), false)
})

test('a row with another number of fields is refused with the line', () => {
  assert.throws(
    () => readTsv({ text: 'label\ttext\n\n1\tfine\tfilm\n', name: 'r.tsv', header: true }),
    /^DataError: r\.tsv, line 3: expected 2 fields \("label, text"\), got 3\. Check the tabs of that line/,
  )
})
