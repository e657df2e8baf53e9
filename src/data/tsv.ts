/** Tab-separated values in the plain convention of published data sets: a tab ends a field, a quote is text. */
import { withHeader } from './header.ts'
import type { Table, TableText } from './table.ts'

/**
 * Reads a plain tsv file.
 *
 * @throws {DataError} A row has another number of fields than the first; names the line.
 */
export function readTsv({ text, name, header }: TableText): Table {
  const rows: string[][] = []
  const lines: number[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue
    rows.push(line.split('\t'))
    lines.push(index + 1)
  }
  return withHeader({ name, rows, lines }, header, '\t')
}

/**
 * Says whether a tsv file was written in the manner of a quoted csv, as spreadsheets do. Both must hold:
 *
 * 1. Every quote of the file belongs to a quoted field: `"` begins the field, `""` stands inside, `"` ends it.
 * 2. The quotes were needed, or are everywhere: some quoted field has a tab, a line end or `""` in it, or each field
 *    of the first line is quoted.
 *
 * So a plain file of film reviews, with quotes in the middle of sentences, is never taken for one.
 */
export function isQuotedTsv(text: string): boolean {
  let needed = isFirstLineQuoted(text)
  let opening = text.indexOf('"')
  while (opening !== -1) {
    if (opening > 0 && !isFieldEnd(text[opening - 1])) return false
    const closing = closingQuote(text, opening)
    if (closing === -1 || (closing + 1 < text.length && !isFieldEnd(text[closing + 1]))) return false
    needed ||= /["\t\n]/.test(text.slice(opening + 1, closing))
    opening = text.indexOf('"', closing + 1)
  }
  return needed
}

function closingQuote(text: string, opening: number): number {
  let closing = text.indexOf('"', opening + 1)
  while (closing !== -1 && text[closing + 1] === '"') closing = text.indexOf('"', closing + 2)
  return closing
}

function isFieldEnd(character: string): boolean {
  return character === '\t' || character === '\n'
}

function isFirstLineQuoted(text: string): boolean {
  const end = text.indexOf('\n')
  const fields = text.slice(0, end === -1 ? text.length : end).split('\t')
  return fields.every(field => field.length > 1 && field.startsWith('"') && field.endsWith('"'))
}
