import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DataError, OptionError } from '../errors/errors.ts'
import { parseTable, tableFormat } from './parse-table.ts'

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

const CSV = 'label,text\ngood,"fine, really"\nbad,poor\n'
const EXPECTED = [
  ['good', 'fine, really'],
  ['bad', 'poor'],
]

async function refusal(input: Uint8Array | string, name: string, encoding?: string): Promise<Error> {
  const error = await parseTable(input, encoding === undefined ? { name } : { name, encoding }).then(
    () => assert.fail('expected an error'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error)
  return error
}

test('the format follows from the extension, below .gz', () => {
  assert.equal(tableFormat('a/b.c/reviews.CSV'), 'csv')
  assert.equal(tableFormat('reviews.tsv.gz'), 'tsv')
  assert.equal(tableFormat('reviews.ndjson'), 'jsonl')
  for (const name of ['reviews', 'reviews.xlsx', 'reviews.gz', 'reviews.toString']) {
    assert.throws(() => tableFormat(name), /expected a file that ends in \.csv, \.tsv, \.jsonl, \.ndjson or \.txt/)
  }
})

test('the same table is read from text, bytes, with a byte-order mark, with CRLF, CR, and compressed', async () => {
  const inputs = [
    CSV,
    `\uFEFF${CSV}`,
    bytes(CSV),
    bytes(`\uFEFF${CSV}`),
    CSV.replaceAll('\n', '\r\n'),
    CSV.replaceAll('\n', '\r'),
    gzipSync(CSV),
  ]
  for (const input of inputs) {
    const table = await parseTable(input, { name: 'r.csv' })
    assert.deepEqual(table, { name: 'r.csv', columns: ['label', 'text'], rows: EXPECTED, lines: [2, 3] })
  }
})

test('other encodings are read by name, and UTF-16 by its byte-order mark', async () => {
  // 好 is BA C3 in GB 18030 and 59 7D in UTF-16.
  const gb18030 = Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0xba, 0xc3, 0x2c, 0x31)
  assert.deepEqual((await parseTable(gb18030, { name: 'r.csv', encoding: 'gb18030' })).rows, [['好', '1']])
  const marked = Uint8Array.from(Buffer.from('\uFEFFa,b\n好,1', 'utf16le'))
  assert.deepEqual((await parseTable(marked, { name: 'r.csv' })).rows, [['好', '1']])
  assert.deepEqual((await parseTable(marked.subarray(2), { name: 'r.csv', encoding: 'utf-16le' })).rows, [['好', '1']])
  const unmarked = await refusal(marked.subarray(2), 'r.csv')
  assert.match(unmarked.message, /--encoding utf-16le or utf-16be if it is text in UTF-16/)
  const unknown = await refusal(bytes(CSV), 'r.csv', 'utf-9')
  assert.ok(unknown instanceof OptionError)
  assert.match(unknown.message, /^encoding: expected a name such as .* got "utf-9"\./)
})

test('files that hold no table are refused with the reason', async () => {
  const cases: [Uint8Array | string, string, RegExp][] = [
    ['', 'r.csv', /^r\.csv: expected rows of data, got an empty file\./],
    [' \n\n', 'r.jsonl', /got an empty file/],
    ['label,text\n', 'r.csv', /^r\.csv: expected rows of data after the header, got the header alone\./],
    [Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'r.csv', /^r\.csv: expected a text file, got a binary one/],
    ['a,b\n1,2', 'r.xlsx', /got \.xlsx\. Rename or convert it\.$/],
    [Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0xba, 0xc3), 'r.csv', /^r\.csv, line 3: expected text in utf-8/],
    [bytes(CSV), 'r.csv.gz', /^r\.csv\.gz: expected a gzip file, got other bytes\./],
    [gzipSync(CSV).subarray(0, 30), 'r.csv.gz', /damaged, cut or followed by more/],
  ]
  for (const [input, name, message] of cases) {
    const error = await refusal(input, name)
    assert.ok(error instanceof DataError)
    assert.match(error.message, message)
  }
})

test('lines of text are a table of one column, and blank lines are skipped', async () => {
  const table = await parseTable('one\n\n\ttwo \n', { name: 'r.txt' })
  assert.deepEqual(table, { name: 'r.txt', columns: ['text'], rows: [['one'], ['\ttwo ']], lines: [1, 3] })
})

test('without a header columns are numbered and the first row is data', async () => {
  for (const [text, name] of [
    ['a,b\nc,d', 'r.csv'],
    ['a\tb\nc\td', 'r.tsv'],
  ]) {
    const table = await parseTable(text, { name, header: false })
    assert.deepEqual(table.columns, ['1', '2'])
    assert.deepEqual(table.rows, [
      ['a', 'b'],
      ['c', 'd'],
    ])
    assert.deepEqual(table.lines, [1, 2])
  }
})

const folder = process.env.SLUICE_DATA ?? ''
const published: [string, number][] = [
  ['sentiment/mr/mr.tsv', 10_662],
  ['sentiment/sst/sst2.phrases.train.tsv.gz', 67_348],
  ['zh-sentiment/chnsenticorp-hotel.tsv.gz', 7765],
]
for (const [path, count] of published) {
  const file = `${folder}/${path}`
  const skip = folder !== '' && existsSync(file) ? false : 'SLUICE_DATA names no folder with this data set'
  test(`${path} has ${count} rows`, { skip }, async () => {
    const { rows, lines } = await parseTable(readFileSync(file), { name: file })
    assert.equal(rows.length, count)
    assert.equal(lines.at(-1), count + 1)
  })
}
