/** Chapter 5: what is far fades; measured. */
import { signal } from '@preact/signals'
import { magnitude, spokenMagnitude } from '../../parts/numbers.ts'
import { Plot } from '../../parts/plot.tsx'
import { percent } from '../../parts/share-bar.tsx'
import { field, whole } from '../../shell/address.ts'
import { dictionary } from '../../shell/language.ts'
import { narrate } from '../../shell/narrator.tsx'
import type { Faded, FadingCell } from '../compute/fading.ts'
import type { Chapter } from '../page.tsx'
import { Piece, Slider } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { workshop } from '../state.ts'

const en = {
  first: [
    'A plain recurrent cell writes over all of its memory at every step: $rnn:h$. It keeps everything a ' +
      'little and nothing on purpose. Whatever it should remember has to survive being multiplied by U and ' +
      'squeezed by tanh, again at each step.',
    'Learning meets the same chain from the other end. The gradient of the prediction with respect to a word ' +
      'k steps back is a product of k factors. If they are mostly below 1 it fades like 0.8 to the power of k, ' +
      'and the word that mattered gets no blame and no praise (Hochreiter 1991; Bengio, Simard and Frasconi ' +
      '1994).',
    'Here it is measured. The task: read a row of letters a to d and tell which was the first. Everything ' +
      'after it is noise, so the network has to keep one letter and pass over all others. Three cells of 24 ' +
      'units get the same 960 rows and the same 25 rounds.',
  ],
  piece: 'How much of the gradient is left, by distance',
  steps: 'Letters in a row',
  measure: 'Train and measure',
  again: 'Train and measure again',
  stop: 'Stop',
  running: (cell: string) => `training the ${cell}`,
  axis: 'steps back from the last letter',
  start: 'before training',
  trained: 'after training',
  cell: 'cell',
  left: 'of the gradient is left at the first letter',
  right: 'right on 300 unseen rows (by chance 25 %)',
  note:
    'Vertical: length of ∂ log p / ∂ x at that distance, as a power of ten of that at the last letter. Mean of ' +
    '12 rows. Dashed: before training; solid: after.',
  result: (cell: string, before: string, after: string, right: string) =>
    `${cell}: at the first letter ${before} of the gradient is left before training and ` +
    `${after} after; ${right} right.`,
  last: [
    'Before training the plain cell’s line falls straight down: on this scale that is an exponential. Make ' +
      'the row longer and it falls out of the picture. The cells with gates begin nearly level, because their ' +
      'gates begin open for about as many steps as are asked for (Tallec and Ollivier 2018).',
    'What training makes of it is in the table, and it is not always the same story: on a short row the ' +
      'plain cell may find a way, since one letter can be held by pushing tanh to its ends. On a long one ' +
      'there is no gradient that could tell it so.',
  ],
}

const zh: typeof en = {
  first: [
    '普通的循环单元每一步都会把自己的记忆整个改写：$rnn:h$。它什么都留一点，却没有一样是有意留下的。想记住的东西，每一步都要再乘一次 U、再被 tanh 压缩一次，还得保存下来。',
    '学习时，同一条链从另一头走一遍。预测对 k 步之前那个词的梯度，是 k 个因子的乘积。因子大多小于 1，梯度就像 0.8 的 k 次方那样消失，真正重要的词既得不到责备，也得不到表扬（Hochreiter ' +
      '1991；Bengio、Simard 与 Frasconi 1994）。',
    '这里不靠说，靠测。任务：读一串由 a 到 d 组成的字母，说出第一个是什么。后面的全是噪声，网络必须只留住一个字母，放过其余所有字母。三种单元各 24 个，用同样的 960 串字母，训练同样的 25 轮。',
  ],
  piece: '梯度随距离还剩多少',
  steps: '一串字母的长度',
  measure: '训练并测量',
  again: '再训练、再测量',
  stop: '停止',
  running: cell => `正在训练 ${cell}`,
  axis: '离最后一个字母的步数',
  start: '训练前',
  trained: '训练后',
  cell: '单元',
  left: '第一个字母处还剩的梯度',
  right: '300 串没见过的字母上的准确率（瞎猜为 25 %）',
  note: '纵轴：该距离处 ∂ log p / ∂ x 的长度，相对于最后一个字母处，取以 10 为底的对数。12 串字母的平均。虚线：训练前；实线：训练后。',
  result: (cell, before, after, right) =>
    `${cell}：第一个字母处的梯度，训练前剩 ${before}，训练后剩 ${after}；准确率 ${right}。`,
  last: [
    '训练之前，普通单元的线笔直下落：在对数坐标上，这就是指数衰减。把字母串加长，它就掉出图外。带门的单元起初几乎是平的，因为它们的门一开始就开着，能开大约所需要的步数（Tallec 与 Ollivier 2018）。',
    '训练之后怎样，看表格；结果并不总是同一个故事。串短的时候，普通单元也可能找到办法：把 tanh 推到两端，就能锁住一个字母。串长了，就再没有梯度能告诉它该这么做。',
  ],
}

const words = dictionary(en, zh)

const steps = field('steps', whole(40))
const found = signal<readonly Faded[]>([])
const foundSteps = signal(0)
const progress = signal<{ done: number; cell: FadingCell } | null>(null)
const failure = signal<string | null>(null)
let controller: AbortController | null = null

const COLOURS: Readonly<Record<FadingCell, string>> = { rnn: '--back', gru: '--negative', lstm: '--accent' }

async function measure(): Promise<void> {
  controller?.abort()
  controller = new AbortController()
  const { signal } = controller
  const asked = steps.peek()
  failure.value = null
  progress.value = { done: 0, cell: 'rnn' }
  try {
    const onProgress = (p: unknown) => {
      progress.value = p as { done: number; cell: FadingCell }
    }
    const answer = await workshop().fading({ steps: asked }, { signal, onProgress })
    found.value = answer
    foundSteps.value = asked
    const { result } = words.value
    const said = answer.map(({ cell, start, trained, accuracy }) =>
      result(cell, spokenMagnitude(start.at(-1) ?? 0), spokenMagnitude(trained.at(-1) ?? 0), percent(accuracy)),
    )
    narrate(said.join(' '))
  } catch (error) {
    if (!signal.aborted) failure.value = error instanceof Error ? error.message : String(error)
  }
  progress.value = null
}

/** Nothing of a gradient that 32 bits cannot hold is 10 to the power of minus infinity. */
const FLOOR = -12
const logOf = (share: number): number => Math.max(FLOOR, Math.log10(share))

function Body() {
  const w = words.value
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.piece}>
        <div class="controls">
          <Slider
            label={w.steps}
            value={steps.value}
            least={10}
            most={60}
            by={5}
            test="steps"
            onInput={n => steps.set(n, 'settle')}
          />
          {progress.value === null ? (
            <button type="button" class="primary" data-test="measure" onClick={measure}>
              {found.value.length === 0 ? w.measure : w.again}
            </button>
          ) : (
            <>
              <button type="button" data-test="stop" onClick={() => controller?.abort()}>
                {w.stop}
              </button>
              <label class="note">
                {w.running(progress.value.cell)} <progress max={1} value={progress.value.done} />
              </label>
            </>
          )}
        </div>
        {failure.value !== null && (
          <p class="failure" role="alert">
            {failure}
          </p>
        )}
        {found.value.length > 0 && <Found />}
      </Piece>
      <Prose>{w.last}</Prose>
    </>
  )
}

function Found() {
  const w = words.value
  const series = found.value.flatMap(({ cell, start, trained }) => [
    { name: `${cell} ${w.start}`, values: start.map(logOf), colour: COLOURS[cell], isDashed: true },
    { name: `${cell} ${w.trained}`, values: trained.map(logOf), colour: COLOURS[cell] },
  ])
  const lowest = Math.floor(Math.min(-1, ...series.flatMap(({ values }) => values)))
  return (
    <>
      <Plot
        x={Array.from({ length: foundSteps.value }, (_, d) => d)}
        series={series}
        xLabel={w.axis}
        range={[lowest, 1]}
        format={power => `10${raised(power)}`}
        height={260}
      />
      <p class="note">{w.note}</p>
      <table class="numbers" data-test="faded">
        <thead>
          <tr>
            <th scope="col">{w.cell}</th>
            <th scope="col">
              {w.left}, {w.start}
            </th>
            <th scope="col">{w.trained}</th>
            <th scope="col">{w.right}</th>
          </tr>
        </thead>
        <tbody>
          {found.value.map(({ cell, start, trained, accuracy }) => (
            <tr key={cell}>
              <th scope="row">
                <i class="swatch" style={{ backgroundColor: `var(${COLOURS[cell]})` }} aria-hidden="true" /> {cell}
              </th>
              <td>{magnitude(start.at(-1) ?? 0)}</td>
              <td>{magnitude(trained.at(-1) ?? 0)}</td>
              <td>{percent(accuracy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const raised = (n: number): string =>
  [...String(Math.round(n))].map(c => (c === '-' ? '⁻' : SUPERSCRIPTS[Number(c)])).join('')

export const chapter5: Chapter = {
  title: { en: 'What a plain cell cannot do: the far fades', zh: '普通循环单元做不到的事：远处会消失' },
  Body,
}
