/**
 * A table from a file's bytes: csv, tsv, jsonl or lines of text, compressed or not, in any encoding. Whatever the
 * format, the result is the same: named columns and rows of strings.
 */
import { DataError } from '../errors/errors.ts'
import { decodeText } from './decode.ts'
import { readDelimited } from './delimited.ts'
import { gunzip, isGzip } from './gunzip.ts'
import { readJsonLines } from './json-lines.ts'
import type { Table, TableText } from './table.ts'
import { isQuotedTsv, readTsv } from './tsv.ts'

/** The formats a table can have. */
export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'txt'

/** How to read a table. */
export interface TableOptions {
  /** The file's name: for messages, and for the format when none is given. */
  readonly name: string
  /** @default what the name's extension says */
  readonly format?: TableFormat
  /** Whether the first row names the columns (csv and tsv). @default true */
  readonly header?: boolean
  /** A name that `TextDecoder` knows, e.g. gb18030, utf-16le. @default UTF-8, or what a byte-order mark says */
  readonly encoding?: string
}

const EXTENSIONS: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  txt: 'txt',
}

/**
 * Reads a table. Blank lines are skipped; a line ends in LF, CRLF or CR, and reads as LF inside a quoted field.
 *
 * - csv: RFC 4180, read strictly: every row has the header's number of fields, every quote is closed.
 * - tsv: split at tabs, quotes are text, as the published data sets have it; unless the whole file is written in the
 *   manner of a quoted csv (`isQuotedTsv` has the rule).
 * - jsonl: an object a line; columns are all keys in order of appearance, numbers and booleans are written as JSON.
 * - txt: a row a line, the column is `text`.
 *
 * @param input  The file's bytes, read and not kept, or its text already decoded.
 * @throws {DataError} The file is empty, binary, damaged, of an unknown format or inconsistent; names file and line.
 * @throws {OptionError} The encoding is unknown.
 */
export async function parseTable(input: Uint8Array | string, options: TableOptions): Promise<Table> {
  const { name } = options
  const format = options.format ?? tableFormat(name)
  const text = await readText(input, options)
  if (text.trim() === '') {
    throw new DataError(`${name}: expected rows of data, got an empty file. Check that it was written completely.`)
  }
  const content = { text, name, header: options.header ?? true }
  switch (format) {
    case 'csv':
      return await readDelimited(content, ',')
    case 'tsv':
      return isQuotedTsv(text) ? await readDelimited(content, '\t') : readTsv(content)
    case 'jsonl':
      return readJsonLines(content)
    case 'txt':
      return readLines(content)
    default:
      throw new Error(`internal: no reader for the format ${format satisfies never}`)
  }
}

/**
 * Decompresses (if it begins as gzip) and decodes a file; line ends become LF.
 *
 * @throws {DataError}   Damaged, binary, or not in the encoding.
 * @throws {OptionError} The encoding is unknown.
 */
export async function readText(
  input: Uint8Array | string,
  { name, encoding }: Pick<TableOptions, 'name' | 'encoding'>,
): Promise<string> {
  let text: string
  if (typeof input === 'string') text = input.startsWith('\uFEFF') ? input.slice(1) : input
  else text = decodeText(isGzip(input, name) ? await gunzip(input, name) : input, name, encoding)
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/**
 * Finds the format of a file by its extension, below `.gz` if it ends so.
 *
 * @throws {DataError} The extension is not one of csv, tsv, jsonl, ndjson and txt.
 */
export function tableFormat(name: string): TableFormat {
  const extension = /\.([^./\\]+)(?:\.gz)?$/i.exec(name)?.[1].toLowerCase() ?? ''
  if (Object.hasOwn(EXTENSIONS, extension)) return EXTENSIONS[extension]
  throw new DataError(
    `${name}: expected a file that ends in .csv, .tsv, .jsonl, .ndjson or .txt (and .gz after it), ` +
      `got ${extension === '' ? 'no extension' : `.${extension}`}. Rename or convert it.`,
  )
}

function readLines({ text, name }: TableText): Table {
  const rows: string[][] = []
  const lines: number[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue
    rows.push([line])
    lines.push(index + 1)
  }
  return { name, columns: ['text'], rows, lines }
}
