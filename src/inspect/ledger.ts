/**
 * The memory ledger of a state: what of each step's writing is still there, by the direct path alone.
 *
 *   s_at = Σ_s (Π_{k=s+1..at} a_k) ⊙ b_s  +  (Π_k a_k) ⊙ s_initial         s_t = a_t ⊙ s_{t-1} + b_t
 *
 * Steps go in the order in which the direction reads. What flows by way of the gates and of h is not in it.
 */
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import type { RecordedLayer, RecordedPath } from './record.ts'
import type { Ledger } from './report.ts'

export interface LedgerOptions {
  /** @default the first state that has a ledger */
  readonly state?: string
  /** Token after which the state is looked at, from 0. @default the last token */
  readonly at?: number
}

/**
 * The ledger of one layer and direction, summed in 64 bits from the recorded values.
 *
 * @returns  null: the cell keeps nothing by a direct path.
 * @throws {OptionError} there is no such token, or the named state has no ledger.
 */
export function ledgerOf(layer: RecordedLayer, options: LedgerOptions = {}): Ledger | null {
  const name = options.state ?? Object.keys(layer.paths)[0]
  if (name === undefined) return null
  const path = pathOf(layer, name)
  const { length } = path.state
  const at = requireToken('at', options.at ?? length - 1, length)
  const order = stepsUpTo(layer.direction, at, length)
  const width = path.initial.length
  const contributions = path.write.map(() => new Array<number>(width).fill(0))
  const kept = new Array<number>(width).fill(1)
  for (const s of order.toReversed()) {
    for (let j = 0; j < width; j++) {
      contributions[s][j] = kept[j] * path.write[s][j]
      kept[j] *= path.keep[s][j]
    }
  }
  const initial = kept.map((share, j) => share * path.initial[j])
  return { state: name, at, contributions, initial, ...sharesOf(path.state[at], contributions, initial) }
}

/** Tokens in the order in which a direction reads them, the one at `at` last. */
function stepsUpTo(direction: 'forward' | 'backward', at: number, length: number): number[] {
  if (direction === 'forward') return Array.from({ length: at + 1 }, (_, t) => t)
  return Array.from({ length: length - at }, (_, k) => length - 1 - k)
}

/** share = ⟨contribution, s⟩ / ⟨s, s⟩; the residual is what the sum misses of s, by the largest unit. */
function sharesOf(
  state: readonly number[],
  contributions: readonly (readonly number[])[],
  initial: readonly number[],
): Pick<Ledger, 'shares' | 'initialShare' | 'residual'> {
  const square = dot(state, state)
  const share = (part: readonly number[]) => (square === 0 ? 0 : dot(part, state) / square)
  const sums = initial.map((value, j) => contributions.reduce((sum, part) => sum + part[j], value))
  const missed = largest(state.map((value, j) => value - sums[j]))
  const size = largest(state)
  // A state of zeros has no size to compare with: what is missed of it counts as it is.
  const residual = size === 0 ? missed : missed / size
  return { shares: contributions.map(share), initialShare: share(initial), residual }
}

/**
 * How many steps it takes until half of a unit's content is gone: ln 0.5 / ln(mean of a over the text).
 *
 * @returns  [H], null for a unit whose mean is ≥ 1 or ≤ 0; null altogether: no state has a ledger.
 * @throws {OptionError} the named state has no ledger.
 */
export function halfLifeOf(layer: RecordedLayer, state = Object.keys(layer.paths)[0]): (number | null)[] | null {
  if (state === undefined) return null
  const { keep, initial } = pathOf(layer, state)
  return initial.map((_, j) => {
    const mean = keep.reduce((sum, row) => sum + row[j], 0) / keep.length
    return mean >= 1 || mean <= 0 ? null : Math.log(0.5) / Math.log(mean)
  })
}

/** @throws {OptionError} it is no token's place. */
export function requireToken(option: string, place: number, length: number): number {
  if (Number.isSafeInteger(place) && place >= 0 && place < length) return place
  throw new OptionError(
    `${option}: expected a token of the text, 0 to ${length - 1}, got ${shown(place)}. Tokens count from 0.`,
  )
}

function pathOf({ paths, cell }: RecordedLayer, state: string): RecordedPath {
  if (Object.hasOwn(paths, state)) return paths[state]
  const names = Object.keys(paths)
  throw new OptionError(
    `ledger: expected a state of ${cell} that has one (${names.join(', ') || 'none'}), got ${shown(state)}.` +
      didYouMean(state, names),
  )
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, j) => sum + x * b[j], 0)
const largest = (values: readonly number[]): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
