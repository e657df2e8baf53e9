/** How often words are kept and drawn, by how often they occur. */

const WORD = 2 ** 32

/**
 * Which share of each word's occurrences is kept, as 32-bit thresholds.
 *
 *   P(keep w) = √(t / f) + t / f,   f = the word's share of the text, at most 1
 *
 * @param counts  [V]
 * @param t       0: all are kept.
 * @see word2vec.c; Mikolov et al. 2013, equation 5, has √(t / f) alone.
 */
export function keptThresholds(counts: ArrayLike<number>, t: number): Uint32Array {
  const total = sumOf(counts)
  return Uint32Array.from(counts, count => {
    const ratio = (t * total) / count
    const kept = t === 0 ? 1 : Math.sqrt(ratio) + ratio
    return Math.min(WORD - 1, Math.floor(kept * WORD))
  })
}

/** The power that makes rare words more frequent among the negative ones. @see Mikolov et al. 2013, section 2.2. */
const POWER = 0.75

/**
 * A table to draw words from, each with a probability ∝ count^0.75, by one draw of 32 bits: it chooses a place, and
 * what is left of it between the place's own word and another.
 *
 * @param counts  [V]
 * @returns       [V, 2]: below this threshold the own word, else this one.
 * @see Walker 1977, "An efficient method for generating discrete random variables"; Vose 1991.
 */
export function aliasTable(counts: ArrayLike<number>): Uint32Array {
  const weights = Float64Array.from(counts, count => count ** POWER)
  const words = weights.length
  const scale = words / sumOf(weights)
  const shares = weights.map(weight => weight * scale)
  const table = new Uint32Array(2 * words)
  const [poor, rich]: [number[], number[]] = [[], []]
  shares.forEach((share, word) => {
    const list = share < 1 ? poor : rich
    list.push(word)
  })
  while (poor.length > 0 && rich.length > 0) {
    const word = poor.pop() as number
    const other = rich[rich.length - 1]
    table[2 * word] = Math.min(WORD - 1, Math.floor(shares[word] * WORD))
    table[2 * word + 1] = other
    shares[other] -= 1 - shares[word]
    if (shares[other] < 1) poor.push(rich.pop() as number)
  }
  // What is left is 1 but for rounding.
  for (const word of [...poor, ...rich]) {
    table[2 * word] = WORD - 1
    table[2 * word + 1] = word
  }
  return table
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]
  return sum
}
