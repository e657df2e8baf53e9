import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataError } from '../errors/errors.ts'
import { readDelimited } from './delimited.ts'

async function read(text: string) {
  return await readDelimited({ text, name: 'r.csv', header: true }, ',')
}

test('quoted fields hold delimiters, line ends and quotes; lines are those on which rows begin', async () => {
  const { rows, lines } = await read('a,b\n"x\ny","say ""hi"""\n\n1, 2 \n')
  assert.deepEqual(rows, [
    ['x\ny', 'say "hi"'],
    ['1', ' 2 '],
  ])
  assert.deepEqual(lines, [2, 5])
})

test('a quote that is not closed or not doubled is refused with the line on which its row begins', async () => {
  await assert.rejects(read('a,b\n1,2\n"x,2\n3,4\n'), /^DataError: r\.csv, line 3: expected a closing quote/)
  await assert.rejects(read('a,b\n"x"y,2\n"3",4\n'), /^DataError: r\.csv, line 2: expected a delimiter after a closing/)
})

test('a row with another number of fields is refused with the line and both numbers', async () => {
  await assert.rejects(
    read('label,text\ngood,fine\nbad,poor, really\n'),
    error =>
      error instanceof DataError &&
      error.message ===
        'r.csv, line 3: expected 2 fields ("label, text"), got 3. ' +
          'Check the commas of that line; a field that contains one stands in double quotes.',
  )
  await assert.rejects(read('a,b\n"x\ny",2\n3\n'), /r\.csv, line 4: expected 2 fields .* got 1\./)
})

test('any table written as csv comes back', async () => {
  const anyField = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', '\t', '好', "'") })
  const anyRow = fc.tuple(anyField, anyField, anyField)
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 2 }), fc.boolean(), async (rows, everywhere) => {
      const written = rows.map(row => row.map(value => quoted(value, everywhere)).join(',')).join('\n')
      const table = await read(written)
      assert.deepEqual([table.columns, ...table.rows], rows)
    }),
  )
})

function quoted(field: string, always: boolean): string {
  return always || /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

test('rows that are all empty and rows without end are refused', async () => {
  await assert.rejects(read('""'), /^DataError: r\.csv: expected rows of data, got empty ones\./)
  await assert.rejects(read(','.repeat(10_000)), /^DataError: r\.csv, line 1: expected at most 10000 fields, got 10001/)
})
