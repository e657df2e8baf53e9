/**
 * The judgements of several seeds as one line.
 */
import type { SequenceTrainingResult } from './train-until.ts'

/**
 * The mean score of the runs at each judgement. A run that ended early goes on with its last score: it was solved, or
 * lost.
 *
 * @param every  Steps between two judgements.
 * @param steps  Of a whole run.
 * @param scale  What one step counts as on the x axis, sequences for instance.
 * @returns      [x, mean score] of each judgement.
 */
export function meanCurve(
  runs: readonly Pick<SequenceTrainingResult, 'scores'>[],
  every: number,
  steps: number,
  scale = 1,
): [number, number][] {
  const longest = Math.max(...runs.map(({ scores }) => scores.length))
  const count = Math.min(Math.ceil(steps / every), longest)
  return Array.from({ length: count }, (_, k) => {
    const scores = runs.map(run => run.scores[Math.min(k, run.scores.length - 1)]?.[1] ?? Number.NaN)
    return [Math.min((k + 1) * every, steps) * scale, scores.reduce((sum, score) => sum + score, 0) / runs.length]
  })
}
