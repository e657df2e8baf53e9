/** One JSON object a line. */
import { DataError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { Table, TableText } from './table.ts'

/** A file whose keys differ from line to line would make a table of rows times keys. */
const MOST_COLUMNS = 1000

/** Cells of a table beyond one for each character of the file: rows that lack most keys would fill the memory. */
const CELLS_TO_SPARE = 1_000_000

/**
 * Reads JSON lines. A missing key or null is an empty string; whatever is no string is written as JSON.
 *
 * @throws {DataError} A line is no JSON or no object (names the line), or hardly any object has the others' keys.
 */
export function readJsonLines({ text, name }: TableText): Table {
  const places = new Map<string, number>()
  const rows: string[][] = []
  const lines: number[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const where = `${name}, line ${index + 1}`
    if ((rows.length + 1) * places.size > text.length + CELLS_TO_SPARE) throw unlike(name, places.size)
    const row = new Array<string>(places.size).fill('')
    for (const [key, value] of Object.entries(parsedObject(line, where))) {
      row[placeOf(key, places, name)] = written(value, where)
    }
    rows.push(row)
    lines.push(index + 1)
  }
  const columns = [...places.keys()]
  if (columns.length === 0 || rows.length * columns.length > text.length + CELLS_TO_SPARE) {
    throw unlike(name, columns.length)
  }
  for (const row of rows) while (row.length < columns.length) row.push('')
  return { name, columns, rows, lines }
}

function unlike(name: string, keys: number): DataError {
  const got = keys === 0 ? 'no keys at all' : `${keys} keys that hardly any line has`
  return new DataError(`${name}: expected objects with the same keys on each line, got ${got}. Write such rows.`)
}

function parsedObject(line: string, where: string): object {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new DataError(
      `${where}: expected a JSON object, got ${shown(line)} (${(cause as Error).message}). ` +
        'Write one whole object on each line.',
      { cause },
    )
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new DataError(
    `${where}: expected a JSON object, got ${shown(value)}. Write each row as {"text": "…", "label": "…"}.`,
  )
}

function placeOf(key: string, places: Map<string, number>, name: string): number {
  const known = places.get(key)
  if (known !== undefined) return known
  if (places.size === MOST_COLUMNS) {
    throw new DataError(
      `${name}: expected at most ${MOST_COLUMNS} different keys, got more. Write rows with the same keys on each line.`,
    )
  }
  places.set(key, places.size)
  return places.size - 1
}

function written(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  try {
    return JSON.stringify(value)
  } catch (cause) {
    // It was read from JSON, so only its depth can be the reason.
    throw new DataError(
      `${where}: expected text, numbers or a few levels of JSON, got more levels than can be written. ` +
        'Write the text itself under a key of its own.',
      { cause },
    )
  }
}
