/** Chapter 3: forward and back through time; softmax. */
import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { fixed, magnitude, spokenMagnitude } from '../../parts/numbers.ts'
import { gradientOfUnits } from '../../parts/of-units.ts'
import { within } from '../../parts/selection.ts'
import { percent, ShareBar } from '../../parts/share-bar.tsx'
import { visible } from '../../parts/token-strip.tsx'
import { field, whole } from '../../shell/address.ts'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import type { Chapter } from '../page.tsx'
import { ModelNote, Piece, Slider, TextField, useWalk } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { selection, useSubject, workshop } from '../state.ts'
import { TimePiece } from '../time-piece.tsx'

const en = {
  first: [
    'Forward, black: each step takes a word and the state before and makes the next state; at the end stands ' +
      'the answer. Back, red: how would the answer change if this state were a little different? That is the ' +
      'gradient, and it is computed from the end, step by step, each from the one after it: back-propagation ' +
      'through time.',
    'The red numbers are lengths of these gradients, ∂ log p of the answer with respect to $h_t$ and $C_t$, ' +
      'all ways from there to the end together. A thick arrow is a state on which the answer hangs. The ' +
      'weights are one set, so what all steps say about them is added up; then they are moved a little, and ' +
      'the next sentence comes.',
  ],
  piece: 'Forward and back',
  said: (token: string, size: string) =>
    `At “${token}” the gradient of the answer with respect to h has the length ${size}.`,
  middle: [
    'At the end the network has a number for each possible answer, any number. Softmax makes probabilities ' +
      'of them: e to the power of each, divided by their sum. They are positive and add up to 1; the ' +
      'difference of two numbers is the logarithm of the ratio of their probabilities.',
    'The loss is −ln p of the right answer. Its gradient is as simple as can be: p − y, the probability ' +
      'given minus the one that was right, 1 or 0. That is what the red arrows begin with.',
  ],
  softmax: 'Softmax',
  number: (k: number) => `number ${k}`,
  right: 'right',
  probability: 'probability p',
  gradient: 'gradient p − y',
  loss: (x: string) => `Loss −ln p = ${x}`,
}

const zh: typeof en = {
  first: [
    '前向，黑色：每一步取一个词和上一步的状态，算出下一个状态；最后得到答案。反向，红色：如果这个状态稍有不同，答案会怎么变？这就是梯度，从末尾算起，一步一步往回，每一步都由后一步得出：随时间反向传播。',
    '红色的数是这些梯度的长度，即答案的 log p 对 $h_t$ 和 $C_t$ 的偏导数，从那里到末尾的所有路径都算在内。箭头越粗，答案越依赖这个状态。权重只有一组，所以各步对它的意见要加在一起；' +
      '然后把权重挪动一点，再读下一句。',
  ],
  piece: '前向与反向',
  said: (token, size) => `在“${token}”处，答案对 h 的梯度长度为 ${size}。`,
  middle: [
    '最后，网络给每个可能的答案一个数，什么数都可以。softmax 把它们变成概率：先取 e 的幂，再除以总和。结果都是正数，加起来等于 1；两个数之差，就是两个概率之比的对数。',
    '损失是正确答案的 −ln p。它的梯度再简单不过：p − y，即给出的概率减去应有的概率（1 或 0）。红色箭头就从这里开始。',
  ],
  softmax: 'Softmax',
  number: k => `第 ${k} 个数`,
  right: '正确答案',
  probability: '概率 p',
  gradient: '梯度 p − y',
  loss: x => `损失 −ln p = ${x}`,
}

const words = dictionary(en, zh)

const tenth = (name: string, initial: number) =>
  field(name, {
    initial,
    read: t => (/^-?\d{1,3}$/.test(t) ? Number(t) / 10 : undefined),
    print: x => String(Math.round(10 * x)),
  })
const logits = [tenth('z1', 2), tenth('z2', 0.5), tenth('z3', -1)]
const target = field('right', whole(0))
const ask = computed(() => ({ logits: logits.map(z => z.value), target: within(target.value, logits.length) }))

function Body() {
  const w = words.value
  const subject = useSubject('any')
  const walk = useWalk(subject)
  useNarrator(
    useMemo(
      () =>
        computed(() => {
          const answer = walk.answer.value
          if (!answer) return ''
          const [layer] = answer.layers
          const name = answer.stateNames[answer.cell.output]
          const flat = layer.gradients?.[name]
          if (!flat) return ''
          const width = flat.length / answer.tokens.length
          const t = within(selection.token.value, answer.tokens.length)
          const size = gradientOfUnits(flat.subarray(t * width, (t + 1) * width), 'norm', 0)
          return words.value.said(visible(answer.tokens[t]), spokenMagnitude(size))
        }),
      [walk],
    ),
  )
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.piece}>
        <TextField subject={subject.value} />
        <ModelNote wanted="any" subject={subject.value} />
        {walk.answer.value && <TimePiece answer={walk.answer.value} form="unrolled" withBack />}
      </Piece>
      <Prose>{w.middle}</Prose>
      <Softmax />
    </>
  )
}

function Softmax() {
  const w = words.value
  const answer = useAnswered(ask, (asked, signal) => workshop().softmax(asked, { signal })).answer.value
  const right = within(target.value, logits.length)
  return (
    <Piece title={w.softmax}>
      <table class="numbers" data-test="softmax">
        <thead>
          <tr>
            <td />
            <th scope="col">{w.right}</th>
            <th scope="col">{w.probability}</th>
            <th scope="col">{w.gradient}</th>
          </tr>
        </thead>
        <tbody>
          {logits.map((logit, k) => (
            <tr key={k}>
              <th scope="row">
                <Slider
                  label={w.number(k + 1)}
                  value={logit.value}
                  least={-4}
                  most={4}
                  by={0.1}
                  test={`logit-${k}`}
                  format={x => fixed(x, 1)}
                  onInput={x => logit.set(x, 'settle')}
                />
              </th>
              <td>
                <input
                  type="radio"
                  name="right"
                  aria-label={`${w.right}: ${k + 1}`}
                  checked={k === right}
                  onChange={() => target.set(k)}
                />
              </td>
              <td>
                {answer && <ShareBar share={answer.probabilities[k]} label={percent(answer.probabilities[k], 1)} />}
              </td>
              <td class="red-number">{answer ? fixed(answer.gradient[k], 3) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {answer && (
        <p class="note" data-test="loss">
          {w.loss(magnitude(answer.loss))}
        </p>
      )}
    </Piece>
  )
}

export const chapter3: Chapter = { title: { en: 'Forward and back through time', zh: '前向与随时间反向传播' }, Body }
