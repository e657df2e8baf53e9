/**
 * Whether several threads are faster than one just now. With other processes on the cores, threads that meet every few
 * microseconds are slower than one alone; the results are the same either way, so both are tried now and then.
 */

/** Chunks between two trials of the other way. */
const PATIENCE = 40
/** How much a new measurement counts. */
const WEIGHT = 0.3

export class Pace {
  /** Milliseconds an id: alone, divided. */
  readonly #costs: [number | null, number | null] = [null, null]
  #since = 0

  /** For the next chunk. */
  get isDivided(): boolean {
    const [alone, divided] = this.#costs
    if (divided === null) return true
    if (alone === null) return this.#since < 2
    const isFaster = divided <= alone
    return this.#since >= PATIENCE ? !isFaster : isFaster
  }

  count(isDivided: boolean, ids: number, milliseconds: number): void {
    const k = isDivided ? 1 : 0
    const [alone, divided] = this.#costs
    const isUsual = alone === null || divided === null ? isDivided : divided <= alone === isDivided
    this.#since = isUsual ? this.#since + 1 : 0
    const cost = milliseconds / Math.max(ids, 1)
    const old = this.#costs[k]
    this.#costs[k] = old === null ? cost : old + WEIGHT * (cost - old)
  }
}
