/** Text in columns, also where characters are two columns wide. */
import { displayWidth } from '../text/display-width.ts'

/**
 * Lines of a table: the first column to the left, the others to the right, two spaces between.
 *
 * @param rows  All of the same length.
 */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => displayWidth(row[column]))))
  return rows.map(row =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column] - displayWidth(cell))
        return column === 0 ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd(),
  )
}

/** Lines of names and what they are, both to the left. */
export function facts(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => displayWidth(name)))
  return pairs.map(([name, text]) => `${name}${' '.repeat(width - displayWidth(name))}  ${text}`)
}

/** One line of it: what would move the cursor becomes a space. */
export const onOneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')
