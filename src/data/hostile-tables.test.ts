import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { SluiceError } from '../errors/errors.ts'
import { findColumns, findTextColumn } from './columns.ts'
import { toExamples } from './examples.ts'
import { parseTable } from './parse-table.ts'

const utf8 = new TextEncoder()

/** A table with a value for each column in each row, or an error of ours. */
async function readOrRefuse(bytes: Uint8Array, name: string): Promise<void> {
  try {
    const table = await parseTable(bytes, { name })
    assert.ok(table.rows.every(row => row.length === table.columns.length && row.every(value => value !== undefined)))
    assert.equal(table.lines.length, table.rows.length)
    assert.ok(findTextColumn(table) >= 0)
    assert.ok(toExamples(table, findColumns(table)).examples.length <= table.rows.length)
  } catch (error) {
    assert.ok(error instanceof SluiceError, String((error as Error).stack))
  }
}

const FILES: Readonly<Record<string, string>> = {
  'r.csv': 'text,label\n"fine, ""really""\nfine",good\npoor,bad\nso so,bad\n',
  'r.tsv': 'text\tlabel\n"fine\t""x"""\tgood\npoor\tbad\nso so\tbad\n',
  'r.jsonl': '{"text":"fine","label":1,"tags":[{"a":null}]}\n{"text":"poor","label":0}\n{"label":0}\n',
  'r.txt': 'a line\n\nanother line\n',
}

const damagedFile = fc.constantFrom(...Object.entries(FILES)).chain(([name, content]) => {
  const bytes = utf8.encode(content)
  const at = fc.nat(bytes.length - 1)
  return fc.record({
    name: fc.constant(name),
    bytes: fc.oneof(
      at.map(end => bytes.subarray(0, end)),
      fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 4 }).map(changes => {
        return changes.reduce((changed, [place, by]) => changed.with(place, by), bytes)
      }),
      fc
        .tuple(at, fc.constantFrom('"', '""', ',', '\t', '\n', '\r', '{', '}', '[', '\\', '\0', '\uFEFF'))
        .map(([place, by]) => utf8.encode(content.slice(0, place) + by + content.slice(place))),
      fc.tuple(at, at).map(([from, to]) => Uint8Array.of(...bytes.subarray(from), ...bytes.subarray(0, to))),
    ),
  })
})

test('a damaged file of any format is read or refused', async () => {
  await fc.assert(
    fc.asyncProperty(damagedFile, async ({ name, bytes }) => readOrRefuse(bytes, name)),
    { numRuns: 2000 },
  )
})

test('a damaged gzip file is refused or read', async () => {
  const zipped = new Uint8Array(gzipSync(FILES['r.csv']))
  await fc.assert(
    fc.asyncProperty(fc.nat(zipped.length - 1), fc.nat(255), fc.boolean(), async (at, by, isCut) => {
      await readOrRefuse(isCut ? zipped.subarray(0, at) : zipped.with(at, by), 'r.csv.gz')
    }),
    { numRuns: 300 },
  )
})

test('any bytes and any marks are read or refused', async () => {
  const marks = fc.string({ unit: fc.constantFrom(',', '"', '\t', '\n', '\r', 'a', '{', '}', ':', '1', '[', ']', ' ') })
  const content = fc.oneof(
    fc.uint8Array(),
    marks.map(text => utf8.encode(text)),
    fc.json().map(t => utf8.encode(t)),
  )
  await fc.assert(fc.asyncProperty(content, fc.constantFrom(...Object.keys(FILES)), readOrRefuse), { numRuns: 2000 })
})

/** What would cost most in a file of a given length, by the shape of its repeated part. */
const REPEATED: readonly (readonly [name: string, part: string, before?: string, after?: string])[] = [
  ['r.csv', ','],
  ['r.csv', ',\n'],
  ['r.csv', '"'],
  ['r.csv', '"a"b'],
  ['r.csv', '"",'],
  ['r.csv', '"\n'],
  ['r.csv', '" ', 'a,b\n"a'],
  ['r.csv', '""', 'a,b\n"'],
  ['r.tsv', '"\t'],
  ['r.tsv', '"""'],
  ['r.tsv', '"a"\t'],
  ['r.jsonl', '{}\n'],
  ['r.jsonl', '[', '{"a":', '}'],
  ['r.jsonl', '{"k":1}\n', `{${Array.from({ length: 1000 }, (_, k) => `"k${k}":1`).join(',')}}\n`],
  ['r.txt', '\n', 'a'],
  ['r.txt', 'a\n'],
  ['r.csv', 'a,b\r'],
]
const FILE_LENGTH = 200_000
// Under a thousandth of what work in proportion to the square would take.
const MOST_MS = 5000

for (const [name, part, before = '', after = ''] of REPEATED) {
  test(`${FILE_LENGTH} characters of ${JSON.stringify(part)} in ${name} do not take long`, async () => {
    const start = performance.now()
    await readOrRefuse(utf8.encode(before + part.repeat(FILE_LENGTH / part.length) + after), name)
    assert.ok(performance.now() - start < MOST_MS)
  })
}
