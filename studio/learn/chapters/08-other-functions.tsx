/** Chapter 8: other activations in a gate. */
import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { activationNames } from '../../../src/formula/activations.ts'
import { operations } from '../../../src/formula/operations.ts'
import type { Change } from '../../../src/inspect/interventions.ts'
import { Choice } from '../../parts/choice.tsx'
import { fixed } from '../../parts/numbers.ts'
import { Plot } from '../../parts/plot.tsx'
import { quantityName } from '../../parts/quantities.ts'
import { percent } from '../../parts/share-bar.tsx'
import { Answers } from '../../parts/shares.tsx'
import { visible } from '../../parts/token-strip.tsx'
import { choice, field, text } from '../../shell/address.ts'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import { CURVE } from '../compute/curve-places.ts'
import type { Chapter } from '../page.tsx'
import { ModelNote, Piece, TextField, useWalk } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { learner, textFor, useSubject, workshop } from '../state.ts'

const en = {
  first: [
    'Why the sigmoid? A gate has to be a share: between 0 and 1, rising, and smooth, so that there is a ' +
      'gradient to learn from. Other functions give up one or the other.',
    'The hard sigmoid is a straight line cut off at 0 and 1: cheap, but without a gradient where it is flat. ' +
      'Tanh goes down to −1: a gate that turns the memory round instead of forgetting it. Relu has no upper ' +
      'end: at 2 the memory doubles at every step.',
    'Put one into a gate of the trained model and see what becomes of its answer. The weights stay as they ' +
      'are: they were learned for the function that was there, so this shows what the gate does, not how well ' +
      'another function could have been learned. For that, train both side by side in the Train view.',
  ],
  piece: 'Another function in a gate',
  gate: 'In the',
  function: 'the function',
  before: (name: string) => `As trained: ${name}`,
  after: (name: string) => `With ${name}`,
  axis: 'W x + U h + b',
  note: 'Solid: the function chosen. Dashed: the one it was trained with.',
  said: (gate: string, name: string, label: string, before: string, after: string) =>
    `With ${name} in the ${gate} the probability of “${label}” goes from ${before} to ${after}.`,
}

const zh: typeof en = {
  first: [
    '为什么用 σ？门必须是一个比例：在 0 和 1 之间，单调上升，而且光滑，才有梯度可学。别的函数总要放弃其中一样。',
    'hard sigmoid 是一条在 0 和 1 处截断的直线：算得快，但平的地方没有梯度。tanh 会降到 −1：门不再是遗忘，而是把记忆翻转。relu 没有上限：取到 2，记忆每一步都翻倍。',
    '把其中一个放进已训练模型的门里，看看答案变成什么。权重保持原样：它们是配合原来的函数学出来的，所以这里看到的是门起什么作用，而不是换个函数能学得多好。要比较后者，请到“训练”视图里让两个模型并排训练。',
  ],
  piece: '给门换一个函数',
  gate: '在',
  function: '中使用函数',
  before: name => `训练时：${name}`,
  after: name => `换成 ${name}`,
  axis: 'W x + U h + b',
  note: '实线：选中的函数。虚线：训练时用的函数。',
  said: (gate, name, label, before, after) => `在${gate}中换成 ${name}，“${label}”的概率从 ${before} 变为 ${after}。`,
}

const words = dictionary(en, zh)
const gate = field('gate', text('forgetGate'))
const chosen = field('function', choice(activationNames, 'hardTanh'))

function Body() {
  const w = words.value
  const subject = useSubject('any')
  const walk = useWalk(subject)
  const answer = walk.answer.value
  const gates = Object.entries(answer?.cell.quantities ?? {}).filter(([, e]) => operations[e.op]?.arity === 1)
  const at = gates.find(([name]) => name === gate.value) ?? gates[0]
  const [name, op] = [at?.[0] ?? '', at?.[1].op ?? 'sigmoid']
  const question = useMemo(
    () =>
      computed(() => {
        const of = subject.value
        const changes: Change[] = [{ kind: 'activation', quantity: name, name: chosen.value }]
        return of && name !== '' ? { ...of, text: textFor(of), changes } : null
      }),
    [subject, name],
  )
  const after = useAnswered(question, (ask, signal) => learner(ask).predict(ask, { signal }))
  const curve = useAnswered(
    useMemo(() => computed(() => ({ name: chosen.value })), []),
    (ask, signal) => workshop().curve(ask, { signal }),
  ).answer.value
  const own = useAnswered(
    useMemo(() => computed(() => ({ name: op })), [op]),
    (ask, signal) => workshop().curve(ask, { signal }),
  ).answer.value
  const before = answer?.predictions.at(-1) ?? null
  useNarrator(
    useMemo(
      () =>
        computed(() => {
          const [a, b] = [walk.answer.value?.predictions.at(-1), after.answer.value]
          if (!a || !b) return ''
          const [label, was, is] =
            'label' in a && 'label' in b
              ? [a.label, a.probability, b.probabilities[a.label]]
              : 'top' in a && 'top' in b
                ? [visible(a.token), a.probability, b.top.find(t => t.token === a.token)?.probability ?? 0]
                : ['', 0, 0]
          return words.value.said(quantityName(name), chosen.value, label, percent(was, 1), percent(is, 1))
        }),
      [walk, after, name],
    ),
  )
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.piece}>
        <TextField subject={subject.value} />
        <ModelNote wanted="any" subject={subject.value} />
        {before && (
          <>
            <div class="controls">
              <Choice
                label={w.gate}
                test="gate"
                value={name}
                options={gates.map(([one]) => [one, quantityName(one)])}
                onChoose={one => gate.set(one)}
              />
              <Choice
                label={w.function}
                test="function"
                value={chosen.value}
                options={activationNames.map(one => [one, one])}
                onChoose={one => chosen.set(one)}
              />
            </div>
            {curve && own && (
              <>
                <Plot
                  x={CURVE}
                  series={[
                    { name: chosen.value, values: curve },
                    { name: op, values: own, colour: '--ink-soft', isDashed: true },
                  ]}
                  xLabel={w.axis}
                  range={[-1.1, 2.1]}
                  format={y => fixed(y, 1)}
                  height={200}
                />
                <p class="note">{w.note}</p>
              </>
            )}
            <div class="side-by-side">
              <div>
                <h3>{w.before(op)}</h3>
                <Answers prediction={before} test="before" />
              </div>
              <div>
                <h3>{w.after(chosen.value)}</h3>
                {after.failure.value !== null && <p class="failure">{after.failure}</p>}
                {after.answer.value && <Answers prediction={after.answer.value} test="after" />}
              </div>
            </div>
          </>
        )}
      </Piece>
    </>
  )
}

export const chapter8: Chapter = { title: { en: 'Other functions in a gate', zh: '门里换别的函数' }, Body }
