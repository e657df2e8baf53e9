/** What a command writes must not take the place of what it reads: `--out reviews.csv` would be the end of the data. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { isDevice, requireWritable } from '../platform/node/files.ts'

/**
 * Finds out before the work begins whether a file can be written and nothing is lost by it.
 *
 * @param flag    The option that names it, such as `--out`.
 * @param others  Files that the command reads, or writes besides; null is none.
 * @throws {OptionError} it is one of the others, by whatever path or link.
 * @throws {DataError}   it cannot be written.
 */
export async function requireOutput(flag: string, path: string, others: readonly (string | null)[]): Promise<void> {
  await requireWritable(path)
  if (await isDevice(path)) return
  const place = await placeOf(path)
  for (const other of others) {
    if (other === null || (await placeOf(other)) !== place) continue
    const also = other === path ? 'is read or written here already' : `is the same file as ${shown(other)}`
    throw new OptionError(`${flag}: expected a file of its own, got ${shown(path)}, which ${also}. Give another name.`)
  }
}

/** Where a path leads by all links, also one whose file is not there yet. */
async function placeOf(path: string): Promise<string> {
  const folder = () => realpath(dirname(path)).catch(() => resolve(dirname(path)))
  return await realpath(path).catch(async () => join(await folder(), basename(path)))
}
