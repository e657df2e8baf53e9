/** Where experiments read data and keep checkpoints: folders. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DataError } from '../errors/errors.ts'
import type { Checkpoints } from '../experiments/experiment.ts'
import { readBytes, writeFileAtomically } from '../platform/node/index.ts'

/** Where each data set comes from, for those who have it not. */
const SOURCES: Readonly<Record<string, string>> = {
  'lm/ptb':
    'in https://www.fit.vut.cz/person/imikolov/rnnlm/simple-examples.tgz: data/ptb.train.txt, compressed with gzip, ' +
    'data/ptb.valid.txt and data/ptb.test.txt',
  'lm/tinyshakespeare':
    'https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt, compressed with gzip',
}

/**
 * Says where a data set comes from before anything is begun.
 *
 * @param folder  As given; null: nothing was.
 * @param set     Its folder below it.
 * @throws {DataError} it is not there.
 */
export async function requireData(folder: string | null, set: string): Promise<void> {
  if (folder !== null && (await isThere(join(folder, set)))) return
  const got = folder === null ? 'no folder (--data, or the variable SLUICE_DATA)' : `nothing at ${join(folder, set)}`
  throw new DataError(`experiment: expected the data set ${set}, got ${got}. It is ${SOURCES[set] ?? 'not public'}.`)
}

/**
 * A text of the data folder.
 *
 * @param path  Below it; the end `.gz` says that it is compressed.
 * @throws {DataError} there is no such file, or it cannot be read.
 */
export async function readData(folder: string, path: string): Promise<string> {
  const bytes = await readBytes(join(folder, path))
  if (!path.endsWith('.gz')) return Buffer.from(bytes).toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (cause) {
    const { message } = cause as Error
    throw new DataError(`${join(folder, path)}: expected gzip, got something else (${message}). Get it again.`, {
      cause,
    })
  }
}

const isThere = async (path: string): Promise<boolean> =>
  await stat(path).then(
    () => true,
    () => false,
  )

const ENDING = '.checkpoint'

/** Checkpoints as files of a folder, which has to be there; `load` finds them only when the run goes on from one. */
export class FolderCheckpoints implements Checkpoints {
  readonly #folder: string
  /** What the files of this run begin with. */
  readonly #stem: string
  readonly #isResumed: boolean
  /** Whether a checkpoint was found and is gone on from. */
  hasLoaded = false

  constructor(folder: string, stem: string, isResumed: boolean) {
    this.#folder = folder
    this.#stem = stem
    this.#isResumed = isResumed
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${this.#stem}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}${ENDING}`)
  }

  async load(name: string): Promise<Uint8Array | null> {
    const path = this.#pathOf(name)
    if (!this.#isResumed || !(await isThere(path))) return null
    this.hasLoaded = true
    return await readBytes(path)
  }

  async save(name: string, bytes: Uint8Array): Promise<void> {
    await writeFileAtomically(this.#pathOf(name), bytes)
  }

  /** The result is written; nothing is left to go on with. */
  async remove(): Promise<void> {
    const files = await readdir(this.#folder)
    const own = files.filter(file => file.startsWith(`${this.#stem}-`) && file.endsWith(ENDING))
    await Promise.all(own.map(file => rm(join(this.#folder, file))))
  }
}
