/** What is predicted after every token, before and after the changes. */
import { useComputed } from '@preact/signals'
import { Curve, type CurveSeries } from '../parts/curve.tsx'
import { Figure } from '../parts/figure.tsx'
import { percent } from '../parts/share-bar.tsx'
import { curveOf, followedLabel } from './prediction.ts'
import { predictionsAfter, predictionsBefore, selection } from './state.ts'
import { readWords } from './words.ts'

const HEIGHT = 110
const SHARE: readonly [number, number] = [0, 1]

export function PredictionCurve() {
  const words = readWords.value
  const series = useComputed((): CurveSeries[] => {
    const was = predictionsBefore.answer.value
    const is = predictionsAfter.answer.value
    const label = followedLabel(was)
    if (!was) return []
    const old = { name: 'before', values: curveOf(was, label) }
    return is
      ? [
          { ...old, isDashed: true },
          { name: 'after', values: curveOf(is, label), colour: '--negative' },
        ]
      : [old]
  })
  const label = followedLabel(predictionsBefore.answer.value)
  const isWaiting = predictionsBefore.isBusy.value && predictionsBefore.answer.value === null
  const aside = isWaiting ? (
    <span class="faint">{words.busy}</span>
  ) : (
    <span class="faint">
      {label === null ? words.probabilityOfNext : words.probabilityOf(label)}
      {predictionsAfter.answer.value && (
        <>
          {' · '}
          <i class="key" data-dashed /> {words.before} <i class="key" data-after /> {words.after}
        </>
      )}
    </span>
  )
  return (
    <Figure title={words.afterEach} name="prediction" aside={aside}>
      <div class="beside-names">
        <Curve
          series={series.value}
          range={SHARE}
          format={share => percent(share)}
          selection={selection}
          label={words.curve}
          height={HEIGHT}
        />
      </div>
    </Figure>
  )
}
