/** The prediction as one curve: of the label, or of the token that really came next. */
import type { InspectedPrediction } from '../../src/inspect/report.ts'

/** The label that the curve follows: what the whole text got before any change; null for a language model. */
export const followedLabel = (predictions: readonly InspectedPrediction[] | null): string | null => {
  const last = predictions?.at(-1)
  return last && 'label' in last ? last.label : null
}

/** [T], 0 … 1. */
export const curveOf = (predictions: readonly InspectedPrediction[], label: string | null): number[] =>
  predictions.map(p => ('label' in p ? p.probabilities[label ?? p.label] : p.probability))
