/** What is predicted for the text, and what was without the clamps. */
import { computed } from '@preact/signals'
import type { InspectedPrediction } from '../../src/inspect/report.ts'
import { answersOverTime } from '../parts/diagram/states-over-time.ts'
import { Answers } from '../parts/shares.tsx'
import { visible } from '../parts/token-strip.tsx'
import type { WalkAnswer } from '../worker/stepper.ts'
import { unchanged, walk } from './state.ts'
import { walkWords } from './words.ts'

const lastOf = (answer: WalkAnswer | null): InspectedPrediction | null => answer?.predictions.at(-1) ?? null

/** Whose probability the gradients are of. */
export const answerName = computed(() => {
  const last = lastOf(walk.answer.value)
  return last === null ? '' : 'label' in last ? last.label : visible(last.token)
})

export const curve = computed(() => (walk.answer.value ? answersOverTime(walk.answer.value) : []))

export function PredictionPane() {
  const words = walkWords.value
  const now = lastOf(walk.answer.value)
  if (!now) return null
  const before = walk.answer.value && lastOf(unchanged.answer.value)
  return (
    <section class="walk-prediction" aria-label={words.prediction}>
      <div>
        <h2>{'label' in now ? words.prediction : words.nextToken}</h2>
        <Answers prediction={now} test="prediction" />
      </div>
      {before && (
        <div>
          <h2 class="faint">{words.predictionWas}</h2>
          <Answers prediction={before} test="prediction-was" />
        </div>
      )}
    </section>
  )
}
