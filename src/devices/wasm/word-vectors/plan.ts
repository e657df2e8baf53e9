/**
 * What chance decides at each place of the text, made before a chunk is trained on: which words sub-sampling leaves,
 * how far each window reaches, and which negative words are drawn.
 *
 * All of it follows from the key and the place in the text (Threefry: key, counter (draw, place)), so it is the same
 * however the text is divided into chunks and these among threads:
 *
 *   draw 0, words 0 and 1     sub-sampling; the window
 *   draws 4, 5, 6, …          negative words: four draws give eight words, the first of each and then the second
 */
import { THREEFRY_PARITY } from '../../../random/threefry.ts'
import type { Assembler } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32, I64, V128 } from '../code.ts'
import { type Constants, floatBits } from '../constants.ts'
import type { Arithmetic } from '../features.ts'
import { threefry } from '../mask.ts'
import { Vectors } from '../vectors.ts'
import { jobLocals, jobOffset } from './job.ts'
import { ITEM, ITEM_BYTES, integers, LABELS, SLOTS, TILE_BYTES, type Tiling } from './tiles.ts'

/** The first draw of negative words. */
export const NEGATIVE_DRAWS = 4

const LANES = 4
const HALF = floatBits(0.5)

/** (job): writes `kept`, `spans`, `positions` and `count` from `ids`; ends of sentences stay. @returns its index. */
export function emitFilter(assembler: Assembler, arithmetic: Arithmetic, table: Constants): number {
  return assembler.function('filter', { parameters: [I32] }, (code, [job]) => {
    const p = jobLocals(code, job, [
      ...(['ids', 'kept', 'spans', 'positions', 'length', 'thresholds', 'window', 'key0', 'key1', 'position'] as const),
      'constants',
    ])
    const v = new Vectors(code, arithmetic, 1, table, p.constants)
    const keys = keyVectors(code, p.key0, p.key1)
    const [id, at, quads] = [code.local(I32), code.local(I32), code.local(I32)]
    const words = [v.variable(), v.variable()]
    code.get(p.length).i32(LANES).op('i32.div_u').set(quads)
    code.repeat(quads, () => {
      v.turn(() => {
        const places = v.variable()
        code.get(p.position).op('i32x4.splat').set(places[0])
        const drawn = threefry(v, keys, v.bits(0), v.op('i32x4.add', places, laneNumbers(v, p.constants)))
        drawn.forEach((word, k) => {
          v.assign(words[k], word)
        })
      })
      for (let lane = 0; lane < LANES; lane++) {
        const word = (k: number) => code.get(words[k][0]).lane('i32x4.extract_lane', lane)
        code
          .get(p.ids)
          .memory('i32.load', 4 * lane)
          .set(id)
        code.get(p.kept).get(at).op('i32.add').get(id).memory('i32.store')
        code.get(p.positions).get(at).op('i32.add').get(p.position).i32(lane).op('i32.add').memory('i32.store')
        code.get(p.spans).get(at).op('i32.add').get(p.window)
        word(1)
        below(code, p.window)
        code.op('i32.sub').memory('i32.store')
        // Kept: an end, or a draw below the word's threshold. Then what was written stays.
        code.get(id).i32(0).op('i32.lt_s')
        code.if(
          () => code.step(at, 4),
          () => {
            code.get(at)
            word(0)
            code.get(p.thresholds).get(id).i32(2).op('i32.shl').op('i32.add').memory('i32.load').op('i32.lt_u')
            code.i32(2).op('i32.shl').op('i32.add').set(at)
          },
        )
      }
      code.step(p.ids, 4 * LANES).step(p.position, LANES)
    })
    code.get(p.kept).get(at).op('i32.add').i32(-1).memory('i32.store')
    code.get(job).get(at).i32(2).op('i32.shr_u').memory('i32.store', jobOffset('count'))
  })
}

/** Negative words of a place, and how they and the word itself are laid out. */
export interface Negatives {
  readonly count: number
  readonly tiling: Tiling
}

/** (job, from, to): writes the items of places from … to − 1, and their tiles. @param negatives  Null: words' paths. */
export function emitPlan(
  assembler: Assembler,
  arithmetic: Arithmetic,
  table: Constants,
  negatives: Negatives | null,
): number {
  const draw = negatives && emitDraw(assembler, arithmetic, table)
  return assembler.function('plan', { parameters: integers(3) }, (code, [job, from, to]) => {
    const p = jobLocals(code, job, [
      'kept',
      'spans',
      'positions',
      'items',
      'tiles',
      'paths',
      'words',
      'aliases',
      'draws',
    ])
    const [place, id, span, begin, end, item, tile] = Array.from({ length: 7 }, () => code.local(I32))
    code.get(from).set(place)
    code.get(to).get(from).op('i32.sub').set(to)
    const ofPlace = (array: number, offset = 0) =>
      code.get(array).get(place).i32(2).op('i32.shl').op('i32.add').memory('i32.load', offset)
    code.repeat(to, () => {
      code.get(p.items).get(place).i32(ITEM_BYTES).op('i32.mul').op('i32.add').set(item)
      ofPlace(p.kept).set(id)
      code.get(item).i32(0).memory('i32.store', ITEM.tiles)
      code.get(id).i32(0).op('i32.ge_s')
      code.if(() => {
        ofPlace(p.spans).set(span)
        reach(code, p.kept, place, span, begin, -1)
        reach(code, p.kept, place, span, end, 1)
        code.step(end, 1)
        code.get(item).get(begin).memory('i32.store', ITEM.begin)
        code.get(item).get(end).memory('i32.store', ITEM.end)
        code.get(end).get(begin).op('i32.sub').i32(1).op('i32.gt_u')
        code.if(() => {
          if (negatives === null || draw === null) {
            const path = () => code.get(p.paths).get(id).i32(3).op('i32.shl').op('i32.add')
            code.get(item)
            path().memory('i32.load').memory('i32.store', ITEM.tile)
            code.get(item)
            path().memory('i32.load', 4).memory('i32.store', ITEM.tiles)
            return
          }
          const { count, tiling } = negatives
          code
            .get(p.tiles)
            .get(place)
            .i32(TILE_BYTES * tiling.tiles)
            .op('i32.mul')
            .op('i32.add')
            .set(tile)
          code.get(item).get(tile).memory('i32.store', ITEM.tile)
          code.get(item).i32(tiling.tiles).memory('i32.store', ITEM.tiles)
          writeTiles(code, { ...p, job, id, place, tile }, { count, tiling, draw })
        })
      })
      code.step(place, 1)
    })
  })
}

/** bound = the farthest place within the span, to one side, that is of the same sentence. */
function reach(code: Code, kept: number, place: number, span: number, bound: number, step: 1 | -1): void {
  const left = code.local(I32)
  code.get(place).set(bound).get(span).set(left)
  code.block(done => {
    code.loop(again => {
      code.get(kept).get(bound).i32(step).op('i32.add').i32(2).op('i32.shl').op('i32.add').memory('i32.load')
      code.i32(0).op('i32.lt_s').branchIf(done)
      code.step(bound, step)
      code.get(left).i32(1).op('i32.sub').tee(left).branchIf(again)
    })
  })
}

interface Place {
  readonly job: number
  readonly id: number
  readonly place: number
  readonly tile: number
  readonly positions: number
  readonly words: number
  readonly aliases: number
  readonly draws: number
}

/**
 * The tiles of a place: its word, then the words drawn. What is drawn twice in a tile, or is the word itself, is no
 * target there.
 */
function writeTiles(code: Code, p: Place, { count, tiling, draw }: Negatives & { readonly draw: number }): void {
  const position = code.local(I32)
  code.get(p.positions).get(p.place).i32(2).op('i32.shl').op('i32.add').memory('i32.load').set(position)
  const ids = Array.from({ length: tiling.targets }, () => code.local(I32))
  const isNone = code.local(I32)
  const label = (at: number, value: number) =>
    code
      .get(p.tile)
      .i32(floatBits(value))
      .memory('i32.store', at + LABELS)
  for (let target = 0; target < tiling.tiles * SLOTS; target++) {
    const [tile, slot] = [Math.floor(target / SLOTS), target % SLOTS]
    const index = tile * tiling.targets + slot
    const at = TILE_BYTES * tile + 4 * slot
    if (slot >= tiling.targets || index > count) {
      code.get(p.tile).get(p.words).memory('i32.store', at)
      label(at, 0.5)
    } else if (index === 0) {
      code.get(p.tile).get(p.id).memory('i32.store', at)
      label(at, 1)
    } else {
      const drawn = index - 1
      if (drawn % 8 === 0) {
        code
          .get(p.job)
          .get(position)
          .i32(NEGATIVE_DRAWS + LANES * (drawn / 8))
          .call(draw)
      }
      fromAliases(code, p, drawn % 8, ids[slot])
      code.get(ids[slot]).get(p.id).op('i32.eq').set(isNone)
      // The first target of all is the word itself, compared with above.
      for (let other = tile === 0 ? 1 : 0; other < slot; other++) {
        code.get(isNone).get(ids[slot]).get(ids[other]).op('i32.eq').op('i32.or').set(isNone)
      }
      code.get(p.tile).get(p.words).get(ids[slot]).get(isNone).op('select').memory('i32.store', at)
      code
        .get(p.tile)
        .i32(HALF)
        .i32(0)
        .get(isNone)
        .op('select')
        .memory('i32.store', at + LABELS)
    }
  }
}

/** A word from a draw: a place of the table, and its word or the other one there (Walker's alias method). */
function fromAliases(code: Code, { words, aliases, draws }: Place, k: number, id: number): void {
  const product = code.local(I64)
  const [place, entry] = [code.local(I32), code.local(I32)]
  code
    .get(draws)
    .memory('i32.load', 4 * k)
    .op('i64.extend_i32_u')
    .get(words)
    .op('i64.extend_i32_u')
  code.op('i64.mul').set(product)
  code.get(product).i64(32).op('i64.shr_u').op('i32.wrap_i64').set(place)
  code.get(aliases).get(place).i32(3).op('i32.shl').op('i32.add').set(entry)
  code.get(place).get(entry).memory('i32.load', 4)
  code.get(product).op('i32.wrap_i64').get(entry).memory('i32.load').op('i32.lt_u').op('select').set(id)
}

/** (job, position, first draw): eight words to the job's `draws`. @returns its index. */
function emitDraw(assembler: Assembler, arithmetic: Arithmetic, table: Constants): number {
  return assembler.function('draw', { parameters: integers(3) }, (code, [job, position, first]) => {
    const p = jobLocals(code, job, ['key0', 'key1', 'draws', 'constants'])
    const v = new Vectors(code, arithmetic, 1, table, p.constants)
    const keys = keyVectors(code, p.key0, p.key1)
    v.turn(() => {
      const [draws, places] = [v.variable(), v.variable()]
      code.get(first).op('i32x4.splat').set(draws[0])
      code.get(position).op('i32x4.splat').set(places[0])
      const words = threefry(v, keys, v.op('i32x4.add', draws, laneNumbers(v, p.constants)), places)
      words.forEach((word, half) => {
        v.store(p.draws, word, 16 * half)
      })
    })
  })
}

/** 0, 1, 2, 3: in a row in the table, which has them first (`addLaneNumbers`). */
const laneNumbers = (v: Vectors, constants: number) => v.load(constants)

/** Puts the numbers of the lanes at the beginning of an empty table, to be read as one vector. */
export function addLaneNumbers(table: Constants): void {
  for (let lane = 0; lane < LANES; lane++) table.bits(lane)
}

function keyVectors(
  code: Code,
  key0: number,
  key1: number,
): readonly [readonly number[], readonly number[], readonly number[]] {
  const [a, b, c] = [code.local(V128), code.local(V128), code.local(V128)]
  code.get(key0).op('i32x4.splat').set(a).get(key1).op('i32x4.splat').set(b)
  code.get(key0).get(key1).op('i32.xor').i32(THREEFRY_PARITY).op('i32.xor').op('i32x4.splat').set(c)
  return [[a], [b], [c]]
}

/** ⌊word · n / 2³²⌋ of the word on the stack. */
function below(code: Code, n: number): void {
  code.op('i64.extend_i32_u').get(n).op('i64.extend_i32_u').op('i64.mul').i64(32).op('i64.shr_u').op('i32.wrap_i64')
}
