/**
 * What the kernels of word vectors are told: a block of integers in memory, one for each thread. Addresses are bytes.
 */
import type { Code } from '../code.ts'
import { I32 } from '../code.ts'

export const JOB_FIELDS = [
  // The text: what `filter` leaves of a chunk, and what `plan` makes of that.
  'ids', // word ids of the chunk, −1 where a sentence ends; padded with −1 to a multiple of 4
  'kept', // those of them that sub-sampling leaves, −1 before and after
  'spans', // how far the window of each reaches
  'positions', // where each stood in the text
  'items', // ITEM_BYTES for each: its contexts and tiles
  'tiles', // TILE_BYTES for each tile of each item (negative sampling)
  'length', // of `ids`, with the padding
  'count', // of all that follows; `filter` writes it
  // How words are drawn.
  'thresholds', // [V], a word is kept if a draw of 32 bits is below it
  'words', // V
  'window',
  'aliases', // [V, 2]: a threshold and a word (negative sampling)
  'paths', // [V, 2]: address and number of a word's tiles (hierarchical softmax)
  'key0',
  'key1',
  'position', // of the chunk's first id in the text
  // The weights, as far as this thread has them: a run of columns.
  'inputs', // [V, rowBytes]
  'outputs', // [V + 1, rowBytes]; the last row is 0
  'rowBytes',
  'octets', // rowBytes / 32
  'groups', // [ownGroups, 2]: bytes from the row's beginning, and octets
  'ownGroups',
  'firstGroup',
  'allGroups', // of all threads
  // Work space. `sums` is everybody's, the rest this thread's own.
  'sums', // [2 (batch odd or even)][allGroups][groupBytes]
  'groupBytes',
  'lanes', // [SLOTS, 8 floats], zeros
  'hidden', // [SETS, rowBytes]
  'error', // [rowBytes]
  'scores', // [most sets of a batch, SLOTS]
  'draws', // 8 integers
  'losses', // eight lanes of a sum, and how many predictions are in it
  // Numbers.
  'rate', // the learning rate
  'constants',
  'zeros', // rowBytes of zeros
  'reciprocals', // [2 · window + 1]: 1 / C
  // Whoever runs this job runs so many, which stand one after the other, in turn: 1, or all.
  'runs',
  // The other threads (`barrier.ts`).
  'control',
  'thread',
  'threads',
  'sequence', // of the last meeting before this chunk
  'maySleep',
] as const

export type JobField = (typeof JOB_FIELDS)[number]

/** The values of a job, by field. */
export type JobValues = Record<JobField, number>

export const JOB_BYTES = 4 * JOB_FIELDS.length

/** Bytes from the job's address to a field. */
export const jobOffset = (field: JobField): number => 4 * JOB_FIELDS.indexOf(field)

/** Loads fields of the job at an address into locals. */
export function jobLocals<Field extends JobField>(
  code: Code,
  job: number,
  fields: readonly Field[],
): Record<Field, number> {
  const locals = fields.map(field => {
    const local = code.local(I32)
    code.get(job).memory('i32.load', jobOffset(field)).set(local)
    return [field, local] as const
  })
  return Object.fromEntries(locals) as Record<Field, number>
}
