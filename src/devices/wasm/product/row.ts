/**
 * One row times a matrix, what a stream and a token by token generation spend their time in:
 *
 *     row(a, b, c, initial, k, groups)          c[j] = initial[j] + a[0] · B[0, j] + a[1] · B[1, j] + …
 *
 * Each number of B is used once, so what counts is how fast B comes: in groups of 64 columns, [k][64], it is one
 * stream that the processor fetches ahead, where panels of 8 are eight streams 4 KiB or so apart. The sums are those of
 * the other tiles, k ascending (1 × 128 × 512: 1.5 to 1.2 µs; 1 × 256 × 1024, out of the L3 cache: 10.0 to 9.2; wide,
 * Zen 5, Node 24, November 2026).
 */
import type { Assembler } from '../assembler.ts'
import { I32, V128 } from '../code.ts'
import type { Arithmetic } from '../features.ts'
import { multiplyAdd } from './tiles.ts'

export type Row = (a: number, b: number, c: number, initial: number, k: number, groups: number) => void

export const GROUP_COLUMNS = 64
const GROUP_BYTES = 4 * GROUP_COLUMNS

/** Columns whose sums the registers hold besides two numbers of B. */
const columnsAtOnce = ({ wide }: Arithmetic) => (wide ? 64 : 32)

export function emitRow(assembler: Assembler, arithmetic: Arithmetic): void {
  const columns = columnsAtOnce(arithmetic)
  assembler.function('row', { parameters: Array(6).fill(I32) }, (code, [a, b, c, initial, k, groups]) => {
    const sums = Array.from({ length: columns / 4 }, () => code.local(V128))
    const pair = [code.local(V128), code.local(V128)]
    const [splat, zero] = [code.local(V128), code.local(V128)]
    const [left, from, to] = [code.local(I32), code.local(I32), code.local(I32)]
    const part = (offset: number) => {
      code.get(k).set(left).get(a).set(from).get(b).set(to)
      sums.forEach((sum, i) => {
        code
          .get(initial)
          .memory('v128.load', offset + 16 * i)
          .set(sum)
      })
      code.loop(again => {
        code.get(from).memory('v128.load32_splat').set(splat)
        for (let i = 0; i < sums.length; i += 2) {
          pair.forEach((vector, j) => {
            code
              .get(to)
              .memory('v128.load', offset + 16 * (i + j))
              .set(vector)
          })
          pair.forEach((vector, j) => {
            multiplyAdd(code, arithmetic.relaxed, sums[i + j], splat, vector)
          })
        }
        code.step(from, 4).step(to, GROUP_BYTES)
        // Not carried into the next turn: see `Vectors.turn`.
        for (const temporary of [...pair, splat]) code.get(zero).set(temporary)
        code.get(left).i32(1).op('i32.sub').tee(left).branchIf(again)
      })
      sums.forEach((sum, i) => {
        code
          .get(c)
          .get(sum)
          .memory('v128.store', offset + 16 * i)
      })
    }
    code.repeat(groups, () => {
      for (let offset = 0; offset < GROUP_BYTES; offset += 4 * columns) part(offset)
      code.get(to).set(b)
      code.step(c, GROUP_BYTES).step(initial, GROUP_BYTES)
    })
  })
}
