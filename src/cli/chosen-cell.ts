/** `--cell`: a built-in cell by name, or the default export of a module. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Cell } from '../cells/define.ts'
import { faultOf } from '../cells/faults.ts'
import { cellNamed } from '../cells/registry.ts'
import { DataError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

const MODULE = /\.[cm]?[jt]s$/

/**
 * @throws {OptionError} There is no built-in cell of that name.
 * @throws {DataError}   The module cannot be loaded, or its default export is no cell.
 */
export async function chosenCell(given: string): Promise<Cell> {
  if (!MODULE.test(given)) return cellNamed(given)
  const value = await defaultExport(given)
  const fault = isCellLike(value) ? faultOf(value) : 'its default export is not what defineCell makes'
  if (fault === null || fault === undefined) return value as Cell
  throw new DataError(
    `${given}: expected a module whose default export is a cell, got ${shown(value)}: ${fault} ` +
      'Write: export default defineCell(…).',
  )
}

async function defaultExport(path: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(resolve(path)).href)
    return module.default
  } catch (cause) {
    const { message } = cause as Error
    throw new DataError(
      `${path}: expected a module that can be loaded, got ${message}. Check the path and run it by itself.`,
      {
        cause,
      },
    )
  }
}

function isCellLike(value: unknown): value is Cell {
  if (typeof value !== 'object' || value === null) return false
  const cell = value as Partial<Record<keyof Cell, unknown>>
  const isObject = (part: unknown) => typeof part === 'object' && part !== null
  return (
    typeof cell.name === 'string' &&
    typeof cell.output === 'string' &&
    [cell.state, cell.quantities, cell.first].every(isObject) &&
    [cell.blocks, cell.parameters].every(Array.isArray)
  )
}
