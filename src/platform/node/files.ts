/** Files in Node: read whole, written so that a reader finds the old file or the new one, never half of one. */
import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { explained } from './system-errors.ts'

/**
 * Reads a file.
 *
 * @param most  Bytes, from the beginning. @default the whole file
 * @returns     Its bytes, the caller's.
 * @throws {DataError} There is no such file, it is a folder, or it may not be read.
 */
export async function readBytes(path: string, most = Infinity): Promise<Uint8Array> {
  try {
    const buffer = most === Infinity ? await readFile(path) : await beginOf(path, most)
    // A plain array, so that nothing depends on what Node's Buffer adds.
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
  } catch (cause) {
    throw explained(path, 'a file that can be read', cause)
  }
}

async function beginOf(path: string, most: number): Promise<Buffer> {
  const file = await open(path)
  const { buffer, bytesRead } = await closing(file, () => file.read(Buffer.alloc(most), 0, most, 0))
  return buffer.subarray(0, bytesRead)
}

/**
 * Writes a file whole: to a temporary file in the same folder, flushed to the disk, then renamed over the old one.
 * Killing the process at any moment leaves the old file or the new one (and perhaps the temporary `.NAME.….tmp`). The
 * old file's permissions are kept; of a symbolic link the file it names is written. A device or pipe (`/dev/stdout`)
 * is written directly.
 *
 * @param bytes  Read, never kept.
 * @throws {DataError} The folder is missing or may not be written, the disk is full; the old file is then as it was.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const old = await oldFile(path)
    if (old === undefined || old.isFile()) await replaceFile(await targetOf(path), bytes, old?.mode)
    else await writeFile(path, bytes)
  } catch (cause) {
    throw explained(path, 'a file that can be written', cause)
  }
}

/**
 * Finds out before long work whether its result can be written.
 *
 * @throws {DataError} The folder is missing or may not be written, or the path is a folder.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    const old = await oldFile(path)
    if (old?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    if (old !== undefined && !old.isFile()) return
    const folder = dirname(await targetOf(path))
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw explained(path, 'a file that can be written', cause)
  }
}

/** Whether something is there that can only be written directly: a device or a pipe, such as `/dev/null`. */
export async function isDevice(path: string): Promise<boolean> {
  const old = await stat(path).catch(() => undefined)
  return old !== undefined && !old.isFile() && !old.isDirectory()
}

async function oldFile(path: string): Promise<Stats | undefined> {
  return await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Where a link leads, as far as it leads to something. */
async function targetOf(path: string): Promise<string> {
  return await realpath(path).catch(() => path)
}

async function replaceFile(target: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    await closing(file, async () => {
      if (mode !== undefined) await file.chmod(mode & 0o777)
      await file.writeFile(bytes)
      await file.sync()
    })
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  await flushFolder(dirname(target))
}

/** A rename is on the disk only when its folder is; where a folder cannot be opened (Windows) the system does it. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  if (folder === undefined) return
  await closing(folder, () => folder.sync().catch(() => {}))
}

async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await file.close()
  }
}
