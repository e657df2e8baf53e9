/** From a table to labelled texts. */
import type { TextColumns } from './columns.ts'
import type { Table } from './table.ts'

/** A text and its class, as written in the data. */
export interface LabelledText {
  readonly text: string
  readonly label: string
}

/**
 * Takes the labelled texts out of a table.
 *
 * @returns  The examples in the table's order, labels without white space around them; and how many rows were dropped
 *           because text or label is blank.
 */
export function toExamples(table: Table, { text, label }: TextColumns): { examples: LabelledText[]; dropped: number } {
  const examples: LabelledText[] = []
  for (const row of table.rows) {
    const trimmed = row[label].trim()
    if (trimmed !== '' && row[text].trim() !== '') examples.push({ text: row[text], label: trimmed })
  }
  return { examples, dropped: table.rows.length - examples.length }
}
