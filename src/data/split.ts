/** Sets part of the examples aside, drawn by the seed alone. */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { permutation } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'

/** Places of examples, ascending; each example is in one of the two. */
export interface Split {
  readonly training: Int32Array
  readonly validation: Int32Array
}

/**
 * Splits examples so that each label has the same share in both parts.
 *
 * Labels are taken in order of first appearance. The number drawn so far follows the fraction of the examples so far,
 * rounded, so the whole has the right size even with many rare labels. A label never loses its last example, and at
 * least one example is drawn if that leaves it so.
 *
 * @param labels    One for each example.
 * @param fraction  The share of validation, [0, 1).
 * @param seed      0 … 2^53 − 1; which examples of a label are drawn depends on it, the label's place and its count.
 * @throws {OptionError} The fraction is outside [0, 1), or the seed is no such number.
 */
export function splitByFraction(labels: readonly string[], fraction: number, seed: number): Split {
  if (!(fraction >= 0 && fraction < 1)) {
    throw new OptionError(
      `validation: expected a fraction from 0 up to but not including 1, got ${shown(fraction)}. Try 0.05.`,
    )
  }
  const isDrawn = new Uint8Array(labels.length)
  let seen = 0
  let drawn = 0
  const groups = [...groupsOf(labels).values()]
  for (const [place, members] of groups.entries()) {
    seen += members.length
    const count = Math.max(0, Math.min(Math.round(seen * fraction) - drawn, members.length - 1))
    drawn += count
    const order = permutation(keyOf(seed, 'validation split', place), members.length)
    for (const index of order.subarray(0, count)) isDrawn[members[index]] = 1
  }
  if (drawn === 0 && fraction > 0) drawOne(groups, seed, isDrawn)
  const places = Int32Array.from(labels, (_, index) => index)
  return {
    training: places.filter(index => isDrawn[index] === 0),
    validation: places.filter(index => isDrawn[index] === 1),
  }
}

function groupsOf(labels: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const [index, label] of labels.entries()) {
    const members = groups.get(label)
    if (members === undefined) groups.set(label, [index])
    else members.push(index)
  }
  return groups
}

/** One example of the most frequent label, if it has two. */
function drawOne(groups: readonly number[][], seed: number, isDrawn: Uint8Array): void {
  const place = groups.reduce((best, members, index) => (members.length > groups[best].length ? index : best), 0)
  if (groups.length === 0 || groups[place].length < 2) return
  const order = permutation(keyOf(seed, 'validation split', place), groups[place].length)
  isDrawn[groups[place][order[0]]] = 1
}
