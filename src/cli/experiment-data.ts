/** Where experiments read data and keep checkpoints: folders. */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DataError } from '../errors/errors.ts'
import type { Checkpoints } from '../experiments/experiment.ts'
import { readBytes, writeFileAtomically } from '../platform/node/index.ts'
import { Interruption } from './failure.ts'
import { resumeLine } from './resume-line.ts'
import type { Terminal } from './terminal.ts'

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

/** What there is to go on with, in files of a folder, which has to be there. */
export class FolderCheckpoints implements Checkpoints {
  readonly #folder: string
  /** What the files of this run begin with. */
  readonly #stem: string
  readonly #isResumed: boolean
  readonly #terminal: Terminal
  /** Those of this run that are there. */
  readonly #files = new Set<string>()
  /** Whether a checkpoint was found and is gone on from. */
  hasLoaded = false

  constructor(folder: string, stem: string, isResumed: boolean, terminal: Terminal) {
    this.#folder = folder
    this.#stem = stem
    this.#isResumed = isResumed
    this.#terminal = terminal
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${this.#stem}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}.checkpoint`)
  }

  async load(name: string): Promise<Uint8Array | null> {
    const path = this.#pathOf(name)
    if (!(await isThere(path))) return null
    if (!this.#isResumed) {
      this.#terminal.warn(`${path}: the unfinished run in it will be replaced; --resume goes on with it`)
      return null
    }
    this.hasLoaded = true
    this.#files.add(path)
    return await readBytes(path)
  }

  async save(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(name)
    await writeFileAtomically(path, bytes)
    this.#files.add(path)
  }

  /** The result is written; nothing is left to go on with. */
  async remove(): Promise<void> {
    await Promise.all([...this.#files].map(path => rm(path)))
  }

  /** Runs an experiment; if it is interrupted with a checkpoint written, the error says how to go on. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Interruption) || this.#files.size === 0) throw error
      const line = resumeLine(process.argv.slice(2))
      const message = `stopped by ${error.signal}; this goes on from the checkpoints in ${this.#folder}:\n${line}`
      throw new Interruption(error.signal, message)
    }
  }
}
