/** One JSON object a line. */
import { DataError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { Table, TableText } from './table.ts'

/** A file whose keys differ from line to line would make a table of rows times keys. */
const MOST_COLUMNS = 1000

/**
 * Reads JSON lines. A missing key or null is an empty string; whatever is no string is written as JSON.
 *
 * @throws {DataError} A line is no JSON or no object; names the line.
 */
export function readJsonLines({ text, name }: TableText): Table {
  const places = new Map<string, number>()
  const sparse: Map<number, string>[] = []
  const lines: number[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const row = new Map<number, string>()
    for (const [key, value] of Object.entries(parsedObject(line, `${name}, line ${index + 1}`))) {
      row.set(placeOf(key, places, name), written(value))
    }
    sparse.push(row)
    lines.push(index + 1)
  }
  const columns = [...places.keys()]
  return { name, columns, rows: sparse.map(row => columns.map((_, place) => row.get(place) ?? '')), lines }
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

function written(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(value)
}
