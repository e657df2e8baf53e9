/**
 * The embedded Reber grammar (Cleeremans, Servan-Schreiber & McClelland 1989; Fahlman 1991): B, then T or P, then a
 * string of the Reber grammar, then the same T or P once more, then E.
 *
 * The Reber grammar begins with B at node 1; from there
 *
 *     1: T → 2, P → 3     2: S → 2, X → 4     3: T → 3, V → 5     4: X → 3, S → 6     5: P → 4, V → 6     6: E
 */
import { integerBelow } from '../random/draw.ts'
import { type RandomKey, subkey } from '../random/key.ts'

export const SYMBOLS = ['B', 'T', 'P', 'S', 'X', 'V', 'E'] as const

const [B, T, P, S, X, V, E] = SYMBOLS.keys()

/** From each node: symbols, and the nodes that they lead to. */
const EDGES: readonly (readonly (readonly [symbol: number, node: number])[])[] = [
  [[B, 1]],
  [
    [T, 2],
    [P, 3],
  ],
  [
    [S, 2],
    [X, 4],
  ],
  [
    [T, 3],
    [V, 5],
  ],
  [
    [X, 3],
    [S, 6],
  ],
  [
    [P, 4],
    [V, 6],
  ],
  [[E, 7]],
]

const END = EDGES.length

export interface EmbeddedString {
  /** Places in `SYMBOLS`. */
  readonly symbols: readonly number[]
  /** After each symbol but the last: those that may follow. */
  readonly followers: readonly (readonly number[])[]
}

/** Draws a string. */
export function embeddedString(key: RandomKey): EmbeddedString {
  const symbols: number[] = [B]
  const followers: number[][] = []
  let draws = 0
  const follow = (symbol: number, among: readonly number[]) => {
    followers.push([...among])
    symbols.push(symbol)
  }
  const chosen = [T, P][integerBelow(key, draws++, 2)]
  follow(chosen, [T, P])
  for (let node = 0; node < END; ) {
    const edges = EDGES[node]
    const [symbol, next] = edges[integerBelow(key, draws++, edges.length)]
    follow(
      symbol,
      edges.map(([edge]) => edge),
    )
    node = next
  }
  follow(chosen, [chosen])
  follow(E, [E])
  return { symbols, followers }
}

/** Draws `count` different strings, none of which is in `others`. */
export function embeddedStrings(
  key: RandomKey,
  count: number,
  others: readonly EmbeddedString[] = [],
): EmbeddedString[] {
  const seen = new Set(others.map(({ symbols }) => symbols.join()))
  const strings: EmbeddedString[] = []
  for (let k = 0; strings.length < count; k++) {
    const string = embeddedString(subkey(key, k))
    const written = string.symbols.join()
    if (!seen.has(written)) strings.push(string)
    seen.add(written)
  }
  return strings
}

export interface SymbolStream {
  /** [symbols]. */
  readonly symbols: Int32Array
  /** Whether the symbol after this one closes a string as its second one began it: what has to be remembered. */
  readonly isBeforeClosing: readonly boolean[]
}

/** Strings end to end: the first `length` symbols. */
export function symbolStream(key: RandomKey, length: number): SymbolStream {
  const symbols: number[] = []
  const isBeforeClosing: boolean[] = []
  for (let k = 0; symbols.length < length; k++) {
    const string = embeddedString(subkey(key, k)).symbols
    symbols.push(...string)
    isBeforeClosing.push(...string.map((_, t) => t === string.length - 3))
  }
  return { symbols: Int32Array.from(symbols.slice(0, length)), isBeforeClosing: isBeforeClosing.slice(0, length) }
}
