/** Names and their shares, a row each: what a model answers, and how near words are. */
import type { InspectedPrediction } from '../../src/inspect/report.ts'
import { percent, ShareBar } from './share-bar.tsx'
import { visible } from './token-strip.tsx'

/** A name, its share, and the share in words; by default in per cent. */
export type ShareRow = readonly [name: string, share: number, label?: string]

export function Shares({ rows, test }: { rows: readonly ShareRow[]; test?: string | undefined }) {
  return (
    <dl class="shares" data-test={test}>
      {rows.map(([name, share, label = percent(share, 1)]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <ShareBar share={share} label={label} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The most probable answers. */
export function Answers({
  prediction,
  most = 4,
  test,
}: {
  prediction: InspectedPrediction
  most?: number
  test?: string | undefined
}) {
  const rows: readonly ShareRow[] =
    'label' in prediction
      ? byShare(prediction.probabilities)
      : prediction.top.map(({ token, probability }) => [visible(token), probability])
  return <Shares rows={rows.slice(0, most)} test={test} />
}

/** The largest first. */
export const byShare = (probabilities: Readonly<Record<string, number>>): ShareRow[] =>
  Object.entries(probabilities).sort(([, a], [, b]) => b - a)
