/**
 * Training of word vectors on a wasm device: the weights in its memory, and chunks of text that change them.
 *
 * Exact mode: each thread (as many as there are groups of columns, `groupsOf`) has some columns of all vectors, and all
 * go through the text together, so that the bits do not depend on how many they are. Fast mode: each thread has a chunk
 * of its own and all change the same vectors without waiting for one another, as the original does; what comes out
 * differs a little from run to run.
 *
 * @see docs/decisions/0070-columns-among-threads.md; Recht et al. 2011, "Hogwild!", for fast mode.
 */

import { ShapeError } from '../../../errors/errors.ts'
import type { RandomKey } from '../../../random/key.ts'
import type { Runtime } from '../runtime.ts'
import { shareBegin } from '../threads/shares.ts'
import { CONTROL_BYTES } from './barrier.ts'
import { LOSS_COUNT, SETS } from './batches.ts'
import { JOB_BYTES, type JobField, type JobValues, jobOffset } from './job.ts'
import { kernelsFor, type TrainingKind, type WordVectorKernels } from './kernels.ts'
import { Pace } from './pace.ts'
import { type HierarchicalSoftmax, keepPaths, pathTiles } from './paths.ts'
import { groupsOf, ITEM_BYTES, SLOT_BYTES, SLOTS, TILE_BYTES, tilingOf } from './tiles.ts'

/** The most ids of a chunk, ends of sentences included. */
const CHUNK_IDS = 8192
/** Shorter chunks would cut long sentences. */
const LEAST_CHUNK_IDS = 512
/** Multiply-adds of a chunk, about: a page or a terminal waits no longer for its turn than they take. */
const CHUNK_WORK = 1e8

/** How many ids a chunk is to have: fewer where each takes long. Batches end with chunks, so the settings decide. */
export function chunkIdsFor({ architecture, dimensions, window, loss, words }: WordVectorSettings): number {
  const targets = 'negatives' in loss ? loss.negatives + 1 : Math.log2(words)
  const contexts = window + 1
  const rows = 3 * targets * (architecture === 'cbow' ? 1 : contexts) + 2 * contexts
  return Math.max(LEAST_CHUNK_IDS, Math.min(CHUNK_IDS, Math.floor(CHUNK_WORK / (rows * dimensions))))
}

export interface WordVectorSettings {
  readonly architecture: TrainingKind['architecture']
  /** V */
  readonly words: number
  /** E */
  readonly dimensions: number
  /** Contexts to each side, at most. */
  readonly window: number
  /** [V]: a word is kept if 32 drawn bits are below. */
  readonly thresholds: Uint32Array
  readonly loss: NegativeSampling | HierarchicalSoftmax
  /** Threads race. @default false */
  readonly isFast?: boolean
}

export interface NegativeSampling {
  /** Negative words of a place. */
  readonly negatives: number
  /** [V, 2]: a threshold and another word (`aliasTable`). */
  readonly aliases: Uint32Array
}

/** A piece of the text. */
export interface Chunk {
  /** Ids of words, 0 … V − 1, and −1 where a sentence ends; at most CHUNK_IDS of them. */
  readonly ids: Int32Array
  /** Of the epoch. */
  readonly key: RandomKey
  /** Of the first id in the epoch, below 2^31. */
  readonly position: number
  readonly rate: number
}

/** Input and output vectors, [V, E] each. */
export interface WordVectorWeights {
  readonly inputs: Float32Array
  readonly outputs: Float32Array
}

/** Columns of all vectors that stand together in memory. */
interface Slice {
  readonly inputs: number
  readonly outputs: number
  readonly octets: number
  readonly firstOctet: number
  readonly firstGroup: number
  readonly groups: readonly number[]
}

const OCTET_BYTES = 32

export class WordVectorTrainer {
  readonly #runtime: Runtime
  readonly #settings: WordVectorSettings
  readonly #kernels: WordVectorKernels
  readonly #blocks: { readonly address: number; readonly bytes: number }[] = []
  readonly #slices: readonly Slice[]
  /** Addresses of the jobs; in exact mode one after the other, one for each slice. */
  readonly #jobs: readonly number[]
  readonly #isFast: boolean
  readonly #pace = new Pace()
  /** Of the next meeting: above what the control blocks begin with. */
  #sequence = 1

  /**
   * Takes memory for the weights, which are 0.
   *
   * @throws {MemoryError} they do not fit.
   */
  constructor(runtime: Runtime, settings: WordVectorSettings) {
    this.#runtime = runtime
    this.#settings = settings
    this.#isFast = settings.isFast === true
    const { architecture, loss } = settings
    const { kernels, constants } = kernelsFor(runtime, {
      architecture,
      negatives: 'negatives' in loss ? loss.negatives : null,
    })
    this.#kernels = kernels
    const threads = runtime.team?.size ?? 1
    const octets = Math.ceil(settings.dimensions / 8)
    const groups = groupsOf(octets)
    this.#slices = this.#allocateSlices(groups, this.#isFast ? 1 : Math.min(threads, groups.length))
    const common = this.#commonFields(constants, groups.length)
    const count = this.#isFast ? threads : this.#slices.length
    const jobs = this.#allocate(JOB_BYTES * count)
    this.#jobs = Array.from({ length: count }, (_, k) => jobs + JOB_BYTES * k)
    const text = this.#isFast ? null : this.#textFields()
    const sums = this.#isFast ? null : this.#allocateSums(groups.length)
    this.#jobs.forEach((_, k) => {
      const slice = this.#slices[this.#isFast ? 0 : k]
      const maySleep = k > 0 || runtime.team?.maySleep ? 1 : 0
      const own = { ...this.#sliceFields(slice), ...(text ?? this.#textFields()) }
      this.#set(k, { ...common, ...own, sums: sums ?? this.#allocateSums(groups.length), thread: k, maySleep })
    })
  }

  /**
   * What has been lost since this was last asked, in nats, for a sample of predictions (one a batch): the negative
   * logarithms of the probabilities given to what was right, over all targets.
   */
  takeLoss(): { readonly sum: number; readonly predictions: number } {
    const { floats, ints } = this.#runtime.memory
    let [sum, predictions] = [0, 0]
    this.#jobs.forEach((_, k) => {
      const at = this.#get(k, 'losses') / 4
      if (this.#isFast || k === 0) {
        for (let lane = 0; lane < 8; lane++) sum += floats[at + lane]
        predictions += ints[at + LOSS_COUNT / 4]
      }
      ints.fill(0, at, at + LOSS_COUNT / 4 + 1)
    })
    return { sum, predictions }
  }

  /** How many chunks `train` takes at a time. */
  get chunksAtOnce(): number {
    return this.#isFast ? (this.#runtime.team?.available ?? 1) : 1
  }

  /** Trains on chunks: one after the other; in fast mode, at the same time, `chunksAtOnce` of them at most. */
  train(chunks: readonly Chunk[]): void {
    if (this.#isFast) {
      chunks.forEach((chunk, k) => {
        this.#writeChunk(chunk, k)
        this.#set(k, { runs: 1, threads: 1 })
      })
      this.#runtime.divide(chunks.length, k => this.#kernels.run(this.#jobs[k]))
      return
    }
    for (const chunk of chunks) this.#trainTogether(chunk)
  }

  #trainTogether(chunk: Chunk): void {
    const shares = this.#jobs.length
    this.#jobs.forEach((_, k) => {
      this.#writeChunk(chunk, k, k === 0)
    })
    const isDivided = shares > 1 && (this.#runtime.team?.available ?? 1) >= shares && this.#pace.isDivided
    const start = performance.now()
    if (isDivided) this.#divide(shares)
    else {
      this.#set(0, { runs: shares, threads: 1 })
      for (let k = 1; k < shares; k++) this.#set(k, { threads: 1 })
      this.#kernels.run(this.#jobs[0])
    }
    if (shares > 1) this.#pace.count(isDivided, chunk.ids.length, performance.now() - start)
  }

  #divide(shares: number): void {
    const { filter, plan, meet, train } = this.#kernels
    filter(this.#jobs[0])
    const count = this.#get(0, 'count')
    this.#jobs.forEach((_, k) => {
      this.#set(k, { count, runs: 1, threads: shares, sequence: this.#sequence })
    })
    // One meeting before the batches, and each of these has an item at least.
    this.#sequence = (this.#sequence + count + 1) | 0
    this.#runtime.divide(shares, k => {
      const part = { count, nanoseconds: 0 }
      plan(this.#jobs[k], shareBegin(part, shares, k), shareBegin(part, shares, k + 1))
      meet(this.#jobs[k])
      train(this.#jobs[k])
    })
  }

  #writeChunk({ ids, key, position, rate }: Chunk, k: number, withIds = true): void {
    if (ids.length > CHUNK_IDS) throw new ShapeError(`internal: a chunk of ${ids.length} ids`)
    const length = Math.ceil(ids.length / 4) * 4
    const { ints, floats } = this.#runtime.memory
    const at = this.#get(k, 'ids') / 4
    if (withIds) {
      ints.set(ids, at)
      ints.fill(-1, at + ids.length, at + length)
    }
    floats[this.#get(k, 'rate') / 4] = rate
    this.#set(k, { length, position, key0: key.key0 | 0, key1: key.key1 | 0 })
  }

  /** Sets all weights. @throws {ShapeError} they are not [V, E]. */
  write({ inputs, outputs }: WordVectorWeights): void {
    for (const slice of this.#slices) {
      this.#copy(inputs, slice, slice.inputs, 'in')
      this.#copy(outputs, slice, slice.outputs, 'in')
    }
  }

  /** Copies of all weights. */
  read(): WordVectorWeights {
    const { words, dimensions } = this.#settings
    const [inputs, outputs] = [new Float32Array(words * dimensions), new Float32Array(words * dimensions)]
    for (const slice of this.#slices) {
      this.#copy(inputs, slice, slice.inputs, 'out')
      this.#copy(outputs, slice, slice.outputs, 'out')
    }
    return { inputs, outputs }
  }

  #copy(values: Float32Array, { octets, firstOctet }: Slice, address: number, way: 'in' | 'out'): void {
    const { words, dimensions } = this.#settings
    if (values.length !== words * dimensions) {
      throw new ShapeError(`internal: expected ${words} · ${dimensions} weights, got ${values.length}`)
    }
    const { floats } = this.#runtime.memory
    const begin = 8 * firstOctet
    const end = Math.min(dimensions, begin + 8 * octets)
    for (let word = 0; word < words; word++) {
      const row = address / 4 + word * 8 * octets
      const from = word * dimensions
      if (way === 'in') floats.set(values.subarray(from + begin, from + end), row)
      else values.set(floats.subarray(row, row + end - begin), from + begin)
    }
  }

  /** Gives all memory back; the trainer is of no use any more. */
  release(): void {
    for (const { address, bytes } of this.#blocks) this.#runtime.memory.release(address, bytes)
    this.#blocks.length = 0
  }

  #allocate(bytes: number): number {
    const address = this.#runtime.memory.allocate(bytes, true)
    this.#blocks.push({ address, bytes })
    return address
  }

  #allocateSlices(groups: readonly number[], count: number): Slice[] {
    const work = { count: groups.length, nanoseconds: 0 }
    const total = (from: number, to: number) => groups.slice(from, to).reduce((sum, octets) => sum + octets, 0)
    return Array.from({ length: count }, (_, k) => {
      const [begin, end] = [shareBegin(work, count, k), shareBegin(work, count, k + 1)]
      const octets = total(begin, end)
      return {
        inputs: this.#allocate(this.#settings.words * octets * OCTET_BYTES),
        outputs: this.#allocate((this.#settings.words + 1) * octets * OCTET_BYTES),
        octets,
        firstOctet: total(0, begin),
        firstGroup: begin,
        groups: groups.slice(begin, end),
      }
    })
  }

  /** What is the same for all threads. */
  #commonFields(constants: number, allGroups: number): Partial<JobValues> {
    const { words, window, thresholds, loss, dimensions } = this.#settings
    const reciprocals = this.#allocate(4 * (2 * window + 1))
    const { floats } = this.#runtime.memory
    for (let n = 1; n <= 2 * window; n++) floats[reciprocals / 4 + n] = 1 / n
    return {
      words,
      window,
      constants,
      allGroups,
      groupBytes: this.#mostSets * SLOT_BYTES,
      reciprocals,
      thresholds: this.#keep(thresholds),
      aliases: 'negatives' in loss ? this.#keep(loss.aliases) : 0,
      paths: 'negatives' in loss ? 0 : keepPaths(loss, words, this.#runtime.memory, bytes => this.#allocate(bytes)),
      zeros: this.#allocate(OCTET_BYTES * Math.ceil(dimensions / 8)),
      control: this.#allocate(CONTROL_BYTES * (this.#runtime.team?.size ?? 1)),
    }
  }

  /** Tiles of an item, at most. */
  get #mostTiles(): number {
    const { loss, words } = this.#settings
    if ('negatives' in loss) return tilingOf(loss.negatives + 1).tiles
    let most = 1
    for (let word = 0; word < words; word++) most = Math.max(most, pathTiles(loss, word))
    return most
  }

  /** Sets of dot products of a batch, at most: it may be one short of full when the longest item comes. */
  get #mostSets(): number {
    const { architecture, window } = this.#settings
    return SETS + this.#mostTiles * (architecture === 'cbow' ? 1 : 2 * window)
  }

  #allocateSums(groups: number): number {
    return this.#allocate(2 * groups * this.#mostSets * SLOT_BYTES)
  }

  /** Room for a chunk and what is made of it. */
  #textFields(): Partial<JobValues> {
    const { loss } = this.#settings
    const ids = () => this.#allocate(4 * (CHUNK_IDS + 2))
    const kept = this.#allocate(4 * (CHUNK_IDS + 2)) + 4
    this.#runtime.memory.ints[kept / 4 - 1] = -1
    const tiles = 'negatives' in loss ? this.#mostTiles : 0
    return {
      ids: ids(),
      kept,
      spans: ids(),
      positions: ids(),
      items: this.#allocate(ITEM_BYTES * CHUNK_IDS),
      tiles: this.#allocate(TILE_BYTES * tiles * CHUNK_IDS),
    }
  }

  #sliceFields({ inputs, outputs, octets, firstGroup, groups }: Slice): Partial<JobValues> {
    const rowBytes = octets * OCTET_BYTES
    let offset = 0
    const table = groups.flatMap(group => {
      const entry = [offset, group]
      offset += group * OCTET_BYTES
      return entry
    })
    return {
      inputs,
      outputs,
      rowBytes,
      octets,
      groups: this.#keep(Int32Array.from(table)),
      ownGroups: groups.length,
      firstGroup,
      lanes: this.#allocate(OCTET_BYTES * SLOTS),
      hidden: this.#allocate(rowBytes * SETS),
      error: this.#allocate(rowBytes),
      scores: this.#allocate(this.#mostSets * SLOT_BYTES),
      draws: this.#allocate(OCTET_BYTES),
      losses: this.#allocate(LOSS_COUNT + 4),
      rate: this.#allocate(4),
    }
  }

  #keep(values: Int32Array | Uint32Array): number {
    const address = this.#allocate(values.byteLength)
    this.#runtime.memory.ints.set(values, address / 4)
    return address
  }

  #set(k: number, values: Partial<JobValues>): void {
    const { ints } = this.#runtime.memory
    for (const [field, value] of Object.entries(values))
      ints[(this.#jobs[k] + jobOffset(field as JobField)) / 4] = value
  }

  /** Addresses count from 0 to 2³² − 1. */
  #get(k: number, field: JobField): number {
    return this.#runtime.memory.ints[(this.#jobs[k] + jobOffset(field)) / 4] >>> 0
  }
}
