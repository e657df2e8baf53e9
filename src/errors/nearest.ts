/**
 * The known name nearest to a mistyped one, by edit distance (Levenshtein 1966), as the end of a message.
 *
 * @returns ` Did you mean "NAME"?`, or '' when nothing is near (more than a third of the letters differ).
 */
export function nearest(given: string, known: Iterable<string>): string {
  let best = ''
  let least = Math.max(1, Math.floor(given.length / 3)) + 1
  for (const name of known) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase(), least)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best === '' ? '' : ` Did you mean "${best}"?`
}

/** Insertions, deletions and exchanges from a to b; `limit` or more is as good as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const exchange = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(exchange, (above[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    above = row
  }
  return above[b.length] as number
}
