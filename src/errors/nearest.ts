/**
 * Finds what was probably meant by a name that is not there, for the hint in a message.
 *
 * @param name        What was given.
 * @param candidates  What would have been right.
 * @returns           The candidate with the fewest edits (case does not count), or undefined if more than a third of
 *                    the longer name would have to change.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const given = String(name).toLowerCase()
  let best: string | undefined
  let fewest = Infinity
  for (const candidate of candidates) {
    const edits = editDistance(given, candidate.toLowerCase())
    if (edits < fewest && edits * 3 <= Math.max(given.length, candidate.length)) {
      best = candidate
      fewest = edits
    }
  }
  return best
}

/** Damerau's distance in Levenshtein's table: insert, delete, replace, or exchange two neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = last[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1)
      current[column] = Math.min(replaced, last[column] + 1, current[column - 1] + 1)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        current[column] = Math.min(current[column], beforeLast[column - 2] + 1)
      }
    }
    beforeLast = last
    last = current
  }
  return last[b.length]
}

/** The end of a message: ` Did you mean "NAME"?`, or nothing when no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates)
  return found === undefined ? '' : ` Did you mean "${found}"?`
}
