/** Chapter 6: a gate is a percentage; multiplying forgets, adding remembers. */
import { computed } from '@preact/signals'
import { identifier, math, numeral, operator } from '../../../src/formula/mathml.ts'
import { colourBehindText } from '../../parts/colours.ts'
import { Formula } from '../../parts/formula/math.tsx'
import { fixed } from '../../parts/numbers.ts'
import { Plot } from '../../parts/plot.tsx'
import { percent } from '../../parts/share-bar.tsx'
import { field } from '../../shell/address.ts'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import { scheme } from '../../shell/scheme.ts'
import { CURVE } from '../compute/curve-places.ts'
import type { Chapter } from '../page.tsx'
import { Piece, Slider, type SliderProps } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { workshop } from '../state.ts'

const en = {
  first: [
    'A gate is a number between 0 and 1 that something is multiplied with. At 0 nothing passes, at 1 ' +
      'everything, at 0.3 thirty per cent.',
    'The network sets it itself, from what it reads: a weighted sum of the input, W x + b, goes through the ' +
      'sigmoid σ, which turns any number into one between 0 and 1. Far left the gate is shut, far right it is ' +
      'open, and in between it changes fast: there it learns.',
  ],
  sigmoid: 'From a sum to a percentage',
  weight: 'weight W',
  input: 'input x',
  bias: 'bias b',
  axis: 'W x + b',
  open: (share: string) => `The gate lets ${share} through.`,
  middle: [
    'A memory with two gates needs one line: $lstm:c$. Multiplying by f forgets: what was there shrinks to f ' +
      'of itself. Adding i times something new remembers. ⊙ means number by number: each place in the vector ' +
      'has its own gates.',
    'Below, four numbers are kept over eight steps. Something is offered at the first and fifth step, ' +
      'nothing in between. Move the gates: with f = 1 the memory holds for ever and only grows; with f = 0 it ' +
      'is gone at the next step; with i = 0 nothing gets in.',
  ],
  memory: 'Four numbers over eight steps',
  forget: 'forget gate f',
  write: 'input gate i',
  step: 'step',
  offered: 'offered C̃',
  kept: 'kept C',
  half: (steps: string) => `At this f, half of what was written is gone after ${steps} steps (ln 0.5 / ln f).`,
  never: 'At f = 1 nothing is ever forgotten.',
  atOnce: 'At f = 0 all is forgotten at once.',
  said: (f: string, i: string, last: string) =>
    `With f at ${f} and i at ${i} the first number is ${last} after eight steps.`,
}

const zh: typeof en = {
  first: [
    '门是一个 0 到 1 之间的数，用来乘别的数。是 0，什么都过不去；是 1，全部通过；是 0.3，通过百分之三十。',
    '门开多大，由网络根据读到的内容自己决定：输入的加权和 W x + b 经过 σ 函数，任何数都会变成 0 到 1 之间的数。最左边门关着，最右边门开着，中间变化最快，学习也就发生在那里。',
  ],
  sigmoid: '从一个和到一个百分比',
  weight: '权重 W',
  input: '输入 x',
  bias: '偏置 b',
  axis: 'W x + b',
  open: share => `门放行 ${share}。`,
  middle: [
    '带两个门的记忆只需一行：$lstm:c$。乘以 f 是遗忘：原有的内容缩小到 f 倍。加上 i 倍的新内容是记住。⊙ 表示逐个相乘：向量的每个位置都有自己的门。',
    '下面有四个数，保存八步。第一步和第五步给出新内容，其余各步什么也不给。拖动两个门看看：f = 1 时记忆永远不变、只增不减；f = 0 时下一步就没了；i = 0 时什么也写不进去。',
  ],
  memory: '四个数，八步',
  forget: '遗忘门 f',
  write: '输入门 i',
  step: '步',
  offered: '给出的 C̃',
  kept: '留下的 C',
  half: steps => `f 取这个值时，写入的内容过 ${steps} 步剩一半（ln 0.5 / ln f）。`,
  never: 'f = 1 时永远不忘。',
  atOnce: 'f = 0 时立刻全忘。',
  said: (f, i, last) => `f 为 ${f}、i 为 ${i} 时，八步之后第一个数是 ${last}。`,
}

const words = dictionary(en, zh)

/** Hundredths, as they stand in the address. */
const hundredths = (name: string, initial: number) =>
  field(name, {
    initial,
    read: t => (/^-?\d{1,4}$/.test(t) ? Number(t) / 100 : undefined),
    print: x => String(Math.round(100 * x)),
  })

type Hundredths = ReturnType<typeof hundredths>

const weight = hundredths('w', 1.5)
const input = hundredths('x', 1)
const bias = hundredths('b', -0.5)
const forget = hundredths('f', 0.8)
const write = hundredths('i', 1)

/** [steps][units] */
const CANDIDATES: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, t) =>
  t === 0 ? [1, 0.5, -1, -0.25] : t === 4 ? [-0.5, 0.5, 0.75, 1] : [0, 0, 0, 0],
)

const gateAsk = computed(() => ({ weight: weight.value, input: input.value, bias: bias.value }))
const memoryAsk = computed(() => ({ forget: forget.value, write: write.value, candidates: CANDIDATES }))

function Body() {
  const w = words.value
  const gate = useAnswered(gateAsk, (ask, signal) => workshop().gate(ask, { signal })).answer.value
  const kept = useAnswered(memoryAsk, (ask, signal) => workshop().memory(ask, { signal }))
  useNarrator(
    computed(() => {
      const last = kept.answer.value?.at(-1)
      return last ? words.value.said(percent(forget.value), percent(write.value), fixed(last[0])) : ''
    }),
  )
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.sigmoid}>
        <div class="sliders">
          <FieldSlider label={w.weight} of={weight} least={-4} most={4} by={0.1} test="w" format={fixed} />
          <FieldSlider label={w.input} of={input} least={-2} most={2} by={0.1} test="x" format={fixed} />
          <FieldSlider label={w.bias} of={bias} least={-4} most={4} by={0.1} test="b" format={fixed} />
        </div>
        {gate && (
          <>
            <p class="display" data-test="gate">
              <Formula node={gateFormula(gate.sum, gate.gate)} />
            </p>
            <Plot
              x={CURVE}
              series={[
                { name: 'σ', values: gate.curve },
                {
                  name: w.axis,
                  values: CURVE.map(x => (x <= gate.sum ? gate.gate : null)),
                  colour: '--focus',
                  isDashed: true,
                },
              ]}
              xLabel={w.axis}
              range={[0, 1]}
              format={y => percent(y)}
              height={190}
            />
            <p class="note">{w.open(percent(gate.gate))}</p>
          </>
        )}
      </Piece>
      <Prose>{w.middle}</Prose>
      <Piece title={w.memory}>
        <div class="sliders">
          <FieldSlider label={w.forget} of={forget} least={0} most={1} by={0.01} test="f" format={share} />
          <FieldSlider label={w.write} of={write} least={0} most={1} by={0.01} test="i" format={share} />
        </div>
        {kept.answer.value && <Kept kept={kept.answer.value} />}
        <p class="note">{halfLife(forget.value)}</p>
      </Piece>
    </>
  )
}

const share = (x: number): string => percent(x)

/** A slider of a number that stands in the address. */
function FieldSlider({ of, ...slider }: Omit<SliderProps, 'value' | 'onInput'> & { of: Hundredths }) {
  return <Slider {...slider} value={of.value} onInput={x => of.set(x, 'settle')} />
}

function halfLife(f: number): string {
  const w = words.value
  if (f >= 1) return w.never
  return f <= 0 ? w.atOnce : w.half((Math.log(0.5) / Math.log(f)).toFixed(1))
}

function gateFormula(sum: number, value: number) {
  const sigma = [
    identifier('σ'),
    operator('('),
    math(
      'mrow',
      numeral(fixed(weight.value)),
      operator('·'),
      bracketed(input.value),
      operator('+'),
      bracketed(bias.value),
    ),
    operator(')'),
  ]
  return math(
    'mrow',
    ...sigma,
    operator('='),
    identifier('σ'),
    operator('('),
    numeral(fixed(sum)),
    operator(')'),
    operator('='),
    numeral(fixed(value)),
  )
}

const bracketed = (x: number) =>
  x < 0 ? math('mrow', operator('('), numeral(fixed(x)), operator(')')) : numeral(fixed(x))

function Kept({ kept }: { kept: readonly (readonly number[])[] }) {
  const w = words.value
  const scale = { kind: 'signed', limit: 1 } as const
  const cell = (value: number, key: number) => (
    <td key={key} style={{ backgroundColor: colourBehindText(value, scale, scheme.value) }}>
      {fixed(value)}
    </td>
  )
  return (
    <div class="scrolled">
      <table class="numbers memory" data-test="memory">
        <thead>
          <tr>
            <th scope="col">{w.step}</th>
            <th scope="colgroup" colSpan={4}>
              {w.offered}
            </th>
            <th scope="colgroup" colSpan={4}>
              {w.kept}
            </th>
          </tr>
        </thead>
        <tbody>
          {kept.map((row, t) => (
            <tr key={t}>
              <th scope="row">{t + 1}</th>
              {CANDIDATES[t].map(cell)}
              {row.map(cell)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export const chapter6: Chapter = { title: { en: 'A gate', zh: '门' }, Body }
