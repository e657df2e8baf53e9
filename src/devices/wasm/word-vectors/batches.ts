/**
 * Training on a chunk's items, in batches: first all dot products of a batch, then all changes.
 *
 *   h     = the mean of the contexts' vectors (CBOW), or one context's (skip-gram, once for each)
 *   x_k   = h · output_k                       for each target, with the weights from before the batch
 *   g_k   = rate (label_k − σ(x_k))
 *   error = Σ g_k output_k;  output_k += g_k h;  each context's vector += error
 *
 * A batch is short, so that no weight is far behind; with two halves, threads that have some columns each need to meet
 * only once a batch, and the processor has many rows under way at a time. The changes go item by item, so that of a
 * word that comes twice none is lost.
 *
 * @see Mikolov, Chen, Corrado & Dean 2013; Mikolov et al. 2013. As in their program, the mean's gradient is not divided
 *      among the contexts. Ji et al. 2016 for negative words shared by the contexts of a place.
 */
import type { Assembler } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32 } from '../code.ts'
import { JOB_BYTES, jobLocals } from './job.ts'
import type { RowKernels } from './rows.ts'
import { ITEM, ITEM_BYTES, integers, SLOT_BYTES, TILE_BYTES } from './tiles.ts'

/** A batch is full when it has so many dot products' tiles. */
export const SETS = 16

export type Architecture = 'cbow' | 'skip-gram'

/** Indices of the functions that the training calls. */
export interface TrainingKernels {
  readonly rows: RowKernels
  readonly sumLanes: number
  readonly scores: number
  readonly loss: number
  /** Null where memory is not shared. */
  readonly barrier: number | null
}

/** (job): trains on all items of a job's chunk, with this thread's columns. @returns its index. */
export function emitTraining(assembler: Assembler, architecture: Architecture, kernels: TrainingKernels): number {
  const { barrier } = kernels
  const measure = architecture === 'cbow' ? emitCbowDots(assembler, kernels) : emitSkipGramDots(assembler, kernels)
  const change = architecture === 'cbow' ? emitCbowChanges(assembler, kernels) : emitSkipGramChanges(assembler, kernels)
  const score = emitAllScores(assembler, architecture, kernels)
  return assembler.function('train', { parameters: [I32] }, (code, [job]) => {
    const fields = ['items', 'count', 'sums', 'allGroups', 'groupBytes', 'threads', 'sequence', 'runs'] as const
    const { items, count, sums, allGroups, groupBytes, threads, sequence, runs } = jobLocals(code, job, fields)
    const [end, at, next, odd, half, mine, one, left] = Array.from({ length: 8 }, () => code.local(I32))
    const eachRun = (body: () => void) => {
      code.get(job).set(one).get(runs).set(left)
      code.repeat(left, () => {
        body()
        code.step(one, JOB_BYTES)
      })
    }
    code.get(items).set(at)
    code.get(items).get(count).i32(ITEM_BYTES).op('i32.mul').op('i32.add').set(end)
    code.get(allGroups).get(groupBytes).op('i32.mul').set(half)
    code.block(done => {
      code.loop(again => {
        code.get(at).get(end).op('i32.ge_u').branchIf(done)
        code.get(sums).get(odd).get(half).op('i32.mul').op('i32.add').set(mine)
        eachRun(() => code.get(one).get(at).get(end).get(mine).call(measure).set(next))
        meet(code, barrier, { job, threads, sequence })
        eachRun(() => {
          code.get(one).get(at).get(next).get(mine).call(score)
          code.get(one).get(at).get(next).call(change)
        })
        code.get(next).set(at)
        code.get(odd).i32(1).op('i32.xor').set(odd)
        code.branch(again)
      })
    })
  })
}

/** Waits for the other threads, if there are any. */
function meet(
  code: Code,
  barrier: number | null,
  { job, threads, sequence }: { readonly job: number; readonly threads: number; readonly sequence: number },
): void {
  if (barrier === null) return
  code.step(sequence, 1)
  code.get(threads).i32(1).op('i32.gt_u')
  code.if(() => code.get(job).get(sequence).call(barrier))
}

/** The integers of an item, and its place among those kept. */
interface Item {
  readonly begin: number
  readonly end: number
  readonly tile: number
  readonly tiles: number
  readonly place: number
}

/** Writes a loop over items from one address to another; those without tiles are left out. */
function eachItem(code: Code, items: number, at: number, end: number, body: (item: Item) => void, isFull?: () => void) {
  const [begin, last, tile, tiles, place] = Array.from({ length: 5 }, () => code.local(I32))
  code.block(done => {
    code.loop(again => {
      code.get(at).get(end).op('i32.ge_u').branchIf(done)
      if (isFull) {
        isFull()
        code.branchIf(done)
      }
      code.get(at).memory('i32.load', ITEM.tiles).tee(tiles)
      code.if(() => {
        code.get(at).memory('i32.load', ITEM.begin).set(begin)
        code.get(at).memory('i32.load', ITEM.end).set(last)
        code.get(at).memory('i32.load', ITEM.tile).set(tile)
        code.get(at).get(items).op('i32.sub').i32(ITEM_BYTES).op('i32.div_u').set(place)
        body({ begin, end: last, tile, tiles, place })
      })
      code.step(at, ITEM_BYTES).branch(again)
    })
  })
}

/** Writes a loop over an item's tiles; the body may use the tile's address. */
function eachTile(code: Code, { tile, tiles }: Item, body: (tile: number) => void): void {
  const [at, left] = [code.local(I32), code.local(I32)]
  code.get(tile).set(at).get(tiles).set(left)
  code.repeat(left, () => {
    body(at)
    code.step(at, TILE_BYTES)
  })
}

/** The address of the row of the word that stands at a place: rows + kept[place] · rowBytes. */
function rowOf(code: Code, rows: number, kept: number, place: number, rowBytes: number): Code {
  code.get(rows).get(kept).get(place).i32(2).op('i32.shl').op('i32.add').memory('i32.load')
  return code.get(rowBytes).op('i32.mul').op('i32.add')
}

/** Writes a loop over an item's contexts; the body gets the address of each one's row. */
function eachContext(
  code: Code,
  { begin, end, place }: Item,
  job: { readonly inputs: number; readonly kept: number; readonly rowBytes: number },
  body: (row: number) => void,
): void {
  const [at, left, row] = Array.from({ length: 3 }, () => code.local(I32))
  code.get(begin).set(at)
  code.get(end).get(begin).op('i32.sub').set(left)
  code.repeat(left, () => {
    code.get(at).get(place).op('i32.ne')
    code.if(() => {
      rowOf(code, job.inputs, job.kept, at, job.rowBytes).set(row)
      body(row)
    })
    code.step(at, 1)
  })
}

const DOTS = ['items', 'kept', 'inputs', 'rowBytes', 'octets', 'hidden', 'reciprocals', 'zeros'] as const

/** (job, at, end, sums): h and dot products of items until the batch is full; @returns where it ends. */
function emitCbowDots(assembler: Assembler, kernels: TrainingKernels): number {
  const dot = emitTileDots(assembler, kernels)
  return assembler.function('cbow-dots', SPAN, (code, [job, at, end, sums]) => {
    const locals = jobLocals(code, job, DOTS)
    const { isFull } = batchEnd(code, sums)
    const hidden = code.local(I32)
    code.get(locals.hidden).set(hidden)
    eachItem(
      code,
      locals.items,
      at,
      end,
      item => {
        meanOfContexts(code, kernels.rows, item, { ...locals, hidden })
        eachTile(code, item, tile => {
          code.get(job).get(hidden).get(tile).get(sums).call(dot)
          code.step(sums, SLOT_BYTES)
        })
        code.addTo(hidden, locals.rowBytes)
      },
      isFull,
    )
    code.get(at)
  })
}

const SPAN = { parameters: integers(4), results: [I32] } as const

/** Tells when the sums of a batch have come to its end. */
function batchEnd(code: Code, sums: number) {
  const full = code.local(I32)
  code
    .get(sums)
    .i32(SETS * SLOT_BYTES)
    .op('i32.add')
    .set(full)
  return { isFull: () => void code.get(sums).get(full).op('i32.ge_u') }
}

/** hidden = the mean of an item's contexts, four at a time; where fewer are left, zeros. */
function meanOfContexts(
  code: Code,
  { sumRows, addRows }: RowKernels,
  { begin, end, place }: Item,
  job: Record<(typeof DOTS)[number], number>,
): void {
  const { inputs, kept, rowBytes, octets, hidden, reciprocals, zeros } = job
  const [at, factor, isNext] = Array.from({ length: 3 }, () => code.local(I32))
  const rows = Array.from({ length: 4 }, () => code.local(I32))
  code.get(begin).set(at).i32(0).set(isNext)
  code.loop(again => {
    for (const row of rows) {
      code.get(at).get(at).get(place).op('i32.eq').op('i32.add').set(at)
      code.get(zeros).set(row)
      code.get(at).get(end).op('i32.lt_u')
      code.if(() => rowOf(code, inputs, kept, at, rowBytes).set(row).step(at, 1))
    }
    code.get(at).get(at).get(place).op('i32.eq').op('i32.add').set(at)
    // The last four are followed by the division.
    const [one, whole] = [code.local(I32), code.local(I32)]
    code.get(reciprocals).i32(4).op('i32.add').set(one)
    code.get(reciprocals).get(end).get(begin).op('i32.sub').i32(1).op('i32.sub').i32(2).op('i32.shl').op('i32.add')
    code.set(whole)
    code.get(one).get(whole).get(at).get(end).op('i32.lt_u').op('select').set(factor)
    const sum = () => {
      code.get(hidden)
      for (const row of rows) code.get(row)
      return code.get(octets).get(factor)
    }
    code.get(isNext)
    code.if(
      () => sum().call(addRows),
      () => sum().call(sumRows),
    )
    code.i32(1).set(isNext)
    code.get(at).get(end).op('i32.lt_u').branchIf(again)
  })
}

/** As `emitCbowDots`, a context at a time. */
function emitSkipGramDots(assembler: Assembler, kernels: TrainingKernels): number {
  const dot = emitTileDots(assembler, kernels)
  return assembler.function('skip-gram-dots', SPAN, (code, [job, at, end, sums]) => {
    const locals = jobLocals(code, job, ['items', 'kept', 'inputs', 'rowBytes'])
    const { isFull } = batchEnd(code, sums)
    eachItem(
      code,
      locals.items,
      at,
      end,
      item => {
        eachContext(code, item, locals, row => {
          eachTile(code, item, tile => {
            code.get(job).get(row).get(tile).get(sums).call(dot)
            code.step(sums, SLOT_BYTES)
          })
        })
      },
      isFull,
    )
    code.get(at)
  })
}

/** (job, h, tile, sums): the dot products of a tile, for each group of this thread. */
function emitTileDots(assembler: Assembler, { rows, sumLanes }: TrainingKernels): number {
  return assembler.function('tile-dots', { parameters: integers(4) }, (code, [job, h, tile, sums]) => {
    const { outputs, rowBytes, groups, ownGroups, firstGroup, groupBytes, lanes, zeros } = jobLocals(code, job, [
      'outputs',
      'rowBytes',
      'groups',
      'ownGroups',
      'firstGroup',
      'groupBytes',
      'lanes',
      'zeros',
    ])
    const offset = code.local(I32)
    code.get(sums).get(firstGroup).get(groupBytes).op('i32.mul').op('i32.add').set(sums)
    code.repeat(ownGroups, () => {
      code.get(groups).memory('i32.load').set(offset)
      code.get(h).get(offset).op('i32.add').get(tile)
      code.get(outputs).get(offset).op('i32.add').get(rowBytes)
      code.get(groups).memory('i32.load', 4).get(lanes).get(zeros).call(rows.dots)
      code.get(lanes).get(sums).call(sumLanes)
      code.addTo(sums, groupBytes).step(groups, 8)
    })
  })
}

/** (job, at, end, sums): a batch's scores, in the order of its dot products, and the loss of its first prediction. */
function emitAllScores(assembler: Assembler, architecture: Architecture, kernels: TrainingKernels): number {
  return assembler.function('all-scores', { parameters: integers(4) }, (code, [job, at, end, sums]) => {
    const fields = ['items', 'allGroups', 'groupBytes', 'scores', 'rate', 'constants', 'losses'] as const
    const { items, allGroups, groupBytes, scores, rate, constants, losses } = jobLocals(code, job, fields)
    const isLater = code.local(I32)
    eachItem(code, items, at, end, item => {
      const score = () => {
        eachTile(code, item, tile => {
          code.get(sums).get(allGroups).get(groupBytes).get(tile).get(scores).get(rate).get(constants)
          code.call(kernels.scores)
          code.get(isLater).op('i32.eqz')
          code.if(() => code.get(scores).get(rate).get(losses).get(constants).call(kernels.loss))
          code.step(sums, SLOT_BYTES).step(scores, SLOT_BYTES)
        })
        code.get(losses).get(losses).memory('i32.load', LOSS_COUNT)
        code.get(isLater).op('i32.eqz').op('i32.add').memory('i32.store', LOSS_COUNT)
        code.i32(1).set(isLater)
      }
      if (architecture === 'cbow') score()
      else {
        const contexts = code.local(I32)
        code.get(item.end).get(item.begin).op('i32.sub').i32(1).op('i32.sub').set(contexts)
        code.repeat(contexts, score)
      }
    })
  })
}

/** Bytes from the lanes of the losses to their count. */
export const LOSS_COUNT = 32

const CHANGES = ['items', 'kept', 'inputs', 'outputs', 'rowBytes', 'octets', 'hidden', 'error', 'scores'] as const

type Changes = Record<(typeof CHANGES)[number], number>

/** (job, at, end): the changes that follow from a batch's scores. */
function emitCbowChanges(assembler: Assembler, { rows }: TrainingKernels): number {
  return assembler.function('cbow-changes', { parameters: integers(3) }, (code, [job, at, end]) => {
    const locals = jobLocals(code, job, CHANGES)
    eachItem(code, locals.items, at, end, item => {
      updateTiles(code, rows, item, locals.hidden, locals)
      eachContext(code, item, locals, row => {
        code.get(row).get(locals.error).get(locals.octets).call(rows.addTo)
      })
      code.addTo(locals.hidden, locals.rowBytes)
    })
  })
}

function emitSkipGramChanges(assembler: Assembler, { rows }: TrainingKernels): number {
  return assembler.function('skip-gram-changes', { parameters: integers(3) }, (code, [job, at, end]) => {
    const locals = jobLocals(code, job, CHANGES)
    eachItem(code, locals.items, at, end, item => {
      eachContext(code, item, locals, row => {
        updateTiles(code, rows, item, row, locals)
        code.get(row).get(locals.error).get(locals.octets).call(rows.addTo)
      })
    })
  })
}

/** The output rows of an item, and the error, by the scores at `job.scores`, which goes on. */
function updateTiles(code: Code, rows: RowKernels, item: Item, h: number, job: Changes): void {
  const { outputs, rowBytes, octets, error, scores } = job
  const isNext = code.local(I32)
  code.i32(0).set(isNext)
  eachTile(code, item, tile => {
    const update = () => code.get(h).get(error).get(tile).get(outputs).get(rowBytes).get(octets).get(scores)
    code.get(isNext)
    code.if(
      () => update().call(rows.updateNext),
      () => update().call(rows.updateFirst),
    )
    code.i32(1).set(isNext)
    code.step(scores, SLOT_BYTES)
  })
}
