/** The answer that needs no model: always the most frequent label. */

/**
 * Finds the most frequent label, the first of them on a tie.
 *
 * @returns  `share`: the accuracy of always answering it, 0 … 1.
 */
export function majorityOf(labels: readonly string[]): { label: string; share: number } {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  let best = ''
  let most = 0
  for (const [label, count] of counts) {
    if (count > most) [best, most] = [label, count]
  }
  return { label: best, share: labels.length === 0 ? 0 : most / labels.length }
}
