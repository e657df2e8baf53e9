/**
 * Four vectors of four, transposed in registers: result[i] holds lane i of each operand.
 */
import type { Code } from './code.ts'
import { V128 } from './code.ts'

/** Takes four locals and returns four, which a caller in a loop may overwrite. */
export class TransposeBlock {
  readonly #code: Code
  readonly #halves: readonly number[]
  readonly results: readonly number[]

  constructor(code: Code) {
    this.#code = code
    const locals = Array.from({ length: 8 }, () => code.local(V128))
    this.#halves = locals.slice(0, 4)
    this.results = locals.slice(4)
  }

  emit([a, b, c, d]: readonly number[]): readonly number[] {
    const code = this.#code
    const [lowAb, lowCd, highAb, highCd] = this.#halves
    code.get(a).get(b).shuffle([0, 4, 1, 5]).set(lowAb)
    code.get(c).get(d).shuffle([0, 4, 1, 5]).set(lowCd)
    code.get(a).get(b).shuffle([2, 6, 3, 7]).set(highAb)
    code.get(c).get(d).shuffle([2, 6, 3, 7]).set(highCd)
    code.get(lowAb).get(lowCd).shuffle([0, 1, 4, 5]).set(this.results[0])
    code.get(lowAb).get(lowCd).shuffle([2, 3, 6, 7]).set(this.results[1])
    code.get(highAb).get(highCd).shuffle([0, 1, 4, 5]).set(this.results[2])
    code.get(highAb).get(highCd).shuffle([2, 3, 6, 7]).set(this.results[3])
    return this.results
  }
}
