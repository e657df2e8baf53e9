/** Labelled texts from a file, with what the user should know about how they were read. */
import { findColumns } from '../data/columns.ts'
import { type LabelledText, toExamples } from '../data/examples.ts'
import { parseTable } from '../data/parse-table.ts'
import type { Table } from '../data/table.ts'
import { DataError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { readBytes } from '../platform/node/files.ts'
import { countOf } from './numbers.ts'
import type { Terminal } from './terminal.ts'

export interface FileReading {
  readonly header: boolean
  readonly encoding: string | null
}

export interface ColumnNames {
  readonly text: string | null
  readonly label: string | null
}

export interface Examples {
  readonly examples: readonly LabelledText[]
  readonly columns: { readonly text: string; readonly label: string }
}

export async function readTable(path: string, { header, encoding }: FileReading): Promise<Table> {
  return await parseTable(await readBytes(path), { name: path, header, ...(encoding === null ? {} : { encoding }) })
}

/**
 * Reads labelled texts; tells the columns that were found and warns of rows without text or label.
 *
 * @param given   Columns that the user named.
 * @param before  Columns of another file (of the training, of a model): taken where this file has them.
 */
export async function readExamples(
  path: string,
  given: FileReading & ColumnNames,
  terminal: Terminal,
  before?: { readonly text: string; readonly label: string } | null,
): Promise<Examples> {
  const table = await readTable(path, given)
  const wanted = (role: 'text' | 'label') => given[role] ?? knownColumn(table, before?.[role])
  const places = findColumns(table, { text: wanted('text'), label: wanted('label') })
  const columns = { text: table.columns[places.text], label: table.columns[places.label] }
  const { examples, dropped } = toExamples(table, places)
  if (examples.length === 0) {
    throw new DataError(
      `${path}: expected rows with a text in column ${shown(columns.text)} and a label in column ` +
        `${shown(columns.label)}, got ${countOf(dropped, 'row')} without one. Name others by --text and --label.`,
    )
  }
  const labels = new Set(examples.map(example => example.label)).size
  terminal.note(
    `${path}: ${countOf(examples.length, 'text')} in column ${shown(columns.text)}, ` +
      `${countOf(labels, 'label')} in column ${shown(columns.label)}`,
  )
  if (dropped > 0) {
    terminal.warn(`${path}: ${dropped} of ${countOf(table.rows.length, 'row')} dropped: text or label is empty`)
  }
  return { examples, columns }
}

/** The column of that name, if the table has it. */
export function knownColumn(table: Table, name: string | undefined): string | undefined {
  return name !== undefined && table.columns.includes(name) ? name : undefined
}

/** Refuses labels that training will not meet, before it takes its time. @throws {DataError} names the label. */
export function requireKnownLabels(path: string, examples: readonly LabelledText[], known: readonly string[]): void {
  const labels = new Set(known)
  const strange = examples.find(example => !labels.has(example.label))
  if (strange === undefined) return
  throw new DataError(
    `${path}: expected labels that training meets (${shown([...labels])}), got ${shown(strange.label)}. ` +
      'Check the label column, or train with rows of this label.',
  )
}
