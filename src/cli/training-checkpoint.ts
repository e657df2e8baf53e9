/** `--checkpoint`, `--checkpoint-every`, `--resume`: what an interrupted training leaves, and how it goes on. */
import { stat } from 'node:fs/promises'
import { ModelFileError } from '../errors/errors.ts'
import { type CheckpointSummary, peekCheckpoint } from '../models/checkpoint-file.ts'
import { readBytes, writeFileAtomically } from '../platform/node/index.ts'
import { Interruption } from './failure.ts'
import { countOf } from './numbers.ts'
import { requireOutput } from './output-file.ts'
import { resumeLine } from './resume-line.ts'
import type { Terminal } from './terminal.ts'

export interface CheckpointSettings {
  readonly checkpoint: string | null
  readonly checkpointEvery: number
  readonly resume: boolean
}

export class TrainingCheckpoint {
  readonly path: string
  /** What there is to go on from. */
  readonly bytes: Uint8Array | null
  /** That of the run that goes on; null: a new one begins. */
  readonly arithmetic: string | null
  readonly #everySeconds: number
  #isWritten = false

  private constructor(path: string, everySeconds: number, found: { bytes: Uint8Array; arithmetic: string } | null) {
    this.path = path
    this.#everySeconds = everySeconds
    this.bytes = found?.bytes ?? null
    this.arithmetic = found?.arithmetic ?? null
  }

  /**
   * Reads what there is, if it is wanted, and says so.
   *
   * @param out    The model file to come.
   * @param reads  Files that the training reads; null is none.
   * @throws {OptionError}    the file is one of these.
   * @throws {DataError}      it cannot be read, or will not be writable.
   * @throws {ModelFileError} it is no checkpoint.
   */
  static async open(
    given: CheckpointSettings,
    out: string,
    reads: readonly (string | null)[],
    terminal: Terminal,
  ): Promise<TrainingCheckpoint> {
    const path = given.checkpoint ?? `${out}.checkpoint`
    await requireOutput('--checkpoint', path, [out, ...reads])
    const bytes = (await isThere(path)) ? await readBytes(path) : null
    if (!given.resume || !bytes) {
      if (given.resume) terminal.note(`${path}: no such file yet; the training starts from the beginning`)
      else if (bytes && isUnfinished(bytes)) {
        terminal.warn(`${path}: the unfinished training in it will be replaced; --resume goes on with it`)
      }
      return new TrainingCheckpoint(path, given.checkpointEvery, null)
    }
    const summary = await naming(path, () => peekCheckpoint(bytes))
    terminal.note(`${path}: ${told(summary)}`)
    return new TrainingCheckpoint(path, given.checkpointEvery, { bytes, arithmetic: summary.arithmetic })
  }

  /** For the library's `train`. */
  get options() {
    const save = async (bytes: Uint8Array) => {
      await writeFileAtomically(this.path, bytes)
      this.#isWritten = true
    }
    return { checkpoint: { everySeconds: this.#everySeconds, save }, ...(this.bytes && { resume: this.bytes }) }
  }

  /**
   * Runs a training, and what comes after it. When it is interrupted with a checkpoint written, the error says how to
   * go on; one about the checkpoint names the file.
   */
  async during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await naming(this.path, work)
    } catch (error) {
      if (error !== signal.reason || !(error instanceof Interruption) || !this.#isWritten) throw error
      const line = resumeLine(process.argv.slice(2))
      throw new Interruption(error.signal, `stopped by ${error.signal}; this goes on from ${this.path}:\n${line}`)
    }
  }
}

function told({ epochs, step, isFinished }: CheckpointSummary): string {
  const steps = step > 0 ? ` and ${countOf(step, 'step')}` : ''
  return `going on after ${countOf(epochs, 'epoch')}${steps}${isFinished ? ', which was the end of it' : ''}`
}

/** What is no checkpoint holds nothing to be sorry for. */
function isUnfinished(bytes: Uint8Array): boolean {
  try {
    return !peekCheckpoint(bytes).isFinished
  } catch {
    return false
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

async function naming<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ModelFileError) throw new ModelFileError(`${path}: ${cause.message}`, { cause })
    throw cause
  }
}
