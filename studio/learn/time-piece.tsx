/** The first layer over time, of a text that was walked. */
import { answersOverTime, statesOverTime } from '../parts/diagram/states-over-time.ts'
import { Rolled, type TimeDiagramProps, Unrolled } from '../parts/diagram/time-diagram.tsx'
import { moveByKey, within } from '../parts/selection.ts'
import { percent } from '../parts/share-bar.tsx'
import { Surface } from '../parts/surface.tsx'
import { dictionary } from '../shell/language.ts'
import type { WalkAnswer } from '../worker/stepper.ts'
import { selection } from './state.ts'

const words = dictionary(
  {
    label: (tokens: number) => `The layer over ${tokens} tokens. Left and right arrow keys choose a step.`,
    weights: (n: string) => `one set of weights: ${n} numbers`,
    delay: '1 step later',
    cell: 'cell',
  },
  {
    label: tokens => `这一层沿 ${tokens} 个词展开。用左右方向键选择时间步。`,
    weights: n => `共用同一组权重：${n} 个数`,
    delay: '下一步',
    cell: '细胞',
  },
)

export interface TimePieceProps {
  readonly answer: WalkAnswer
  readonly form: 'rolled' | 'unrolled'
  readonly withBack: boolean
}

/** Numbers are lengths over all units. */
export function TimePiece({ answer, form, withBack }: TimePieceProps) {
  const w = words.value
  const [layer] = answer.layers
  const states = statesOverTime(answer, layer, 'norm', 0)
  const props: TimeDiagramProps = {
    tokens: answer.tokens,
    states: withBack ? states : states.map(state => ({ ...state, gradients: null })),
    isReversed: layer.direction === 'backward',
    answers: answersOverTime(answer).map(share => percent(share)),
    selected: within(selection.token.value, answer.tokens.length),
    onSelect: t => {
      selection.token.value = t
    },
    weights: w.weights(layer.weights.toLocaleString('en')),
    delay: w.delay,
    cell: w.cell,
    way: 'forward',
  }
  return (
    <Surface
      class="time-piece time-scroll"
      label={w.label(answer.tokens.length)}
      onKeyDown={event => moveByKey(event, selection, { tokens: answer.tokens.length, units: 0 })}
    >
      {form === 'rolled' ? <Rolled {...props} /> : <Unrolled {...props} />}
    </Surface>
  )
}
