/** Tables with quoted fields: csv, and tsv written in its manner. The splitting itself is Papa Parse's. */
import { DataError } from '../errors/errors.ts'
import { withHeader } from './header.ts'
import type { Table, TableText } from './table.ts'

/**
 * Reads a table whose fields may be quoted; a quoted field may hold the delimiter, line ends, and quotes written twice.
 *
 * @param delimiter  One character, e.g. a comma.
 * @throws {DataError} A quote is not closed, or a row has another number of fields than the first; names the line.
 */
export async function readDelimited({ text, name, header }: TableText, delimiter: string): Promise<Table> {
  const { default: papa } = await import('papaparse')
  const rows: string[][] = []
  const lines: number[] = []
  let start = 0
  let line = 1
  let problem: DataError | undefined
  papa.parse(text, {
    delimiter,
    newline: '\n',
    step({ data, errors, meta }, parser) {
      if (errors.length > 0) {
        problem = wrongQuote(name, line, errors[0].code)
        parser.abort()
        return
      }
      if (data.length > 1 || data[0] !== '') {
        // A copy without the room that Papa Parse keeps for more.
        rows.push(data.slice())
        lines.push(line)
      }
      line += countLineFeeds(text, start, meta.cursor)
      start = meta.cursor
    },
  })
  if (problem !== undefined) throw problem
  return withHeader({ name, rows, lines }, header, delimiter)
}

function wrongQuote(name: string, line: number, code: string): DataError {
  if (code === 'MissingQuotes') {
    return new DataError(
      `${name}, line ${line}: expected a closing quote, got the end of the file. ` +
        'Close the quoted field that begins on this line; a quote inside it is written twice.',
    )
  }
  return new DataError(
    `${name}, line ${line}: expected a delimiter after a closing quote, got text. ` +
      'Write a quote inside a quoted field twice.',
  )
}

function countLineFeeds(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}
