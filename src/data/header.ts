/** What csv and tsv share once they are split: the header, and the check that all rows are as wide as it. */
import { DataError } from '../errors/errors.ts'
import { plural } from '../errors/plural.ts'
import { shown } from '../errors/shown.ts'
import type { Table } from './table.ts'

/** More than any table of texts has. */
const MOST_COLUMNS = 10_000

/**
 * Makes a table of split rows.
 *
 * @param header     Whether the first row names the columns; else they are `'1'`, `'2'`, …
 * @param delimiter  For the advice in a message.
 * @throws {DataError} A row has another number of fields than the first or too many, or there is nothing but a header.
 */
export function withHeader({ name, rows, lines }: Omit<Table, 'columns'>, header: boolean, delimiter: string): Table {
  if (rows.length === 0) {
    throw new DataError(`${name}: expected rows of data, got empty ones. Check that it was written completely.`)
  }
  const width = rows[0].length
  if (width > MOST_COLUMNS) {
    throw new DataError(
      `${name}, line ${lines[0]}: expected at most ${MOST_COLUMNS} fields, got ${width}. ` +
        'Check that its extension fits its separator (.csv commas, .tsv tabs), and that it has line ends.',
    )
  }
  const columns = header ? rows[0] : rows[0].map((_, index) => String(index + 1))
  const wrong = rows.findIndex(row => row.length !== width)
  if (wrong !== -1) {
    const [character, advice] = ADVICE[delimiter]
    throw new DataError(
      `${name}, line ${lines[wrong]}: expected ${plural(width, 'field')} (${shown(columns.join(', '))}), ` +
        `got ${rows[wrong].length}. ` +
        `Check the ${character} of that line; ${advice}.`,
    )
  }
  if (!header) return { name, columns, rows, lines }
  if (rows.length === 1) {
    throw new DataError(
      `${name}: expected rows of data after the header, got the header alone. ` +
        'Add rows, or say that there is no header (--no-header).',
    )
  }
  return { name, columns, rows: rows.slice(1), lines: lines.slice(1) }
}

const ADVICE: Readonly<Record<string, readonly [string, string]>> = {
  ',': ['commas', 'a field that contains one stands in double quotes'],
  '\t': ['tabs', 'a text must not contain one'],
}
