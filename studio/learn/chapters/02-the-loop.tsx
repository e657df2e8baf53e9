/** Chapter 2: the loop, rolled and unrolled; the same weights at each step, counted. */
import { computed } from '@preact/signals'
import { choice, field, whole } from '../../shell/address.ts'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import type { Chapter } from '../page.tsx'
import { ModelNote, Piece, Slider, TextField, useWalk } from '../pieces.tsx'
import { Equation, Prose } from '../prose.tsx'
import { useSubject, workshop } from '../state.ts'
import { TimePiece } from '../time-piece.tsx'

const en = {
  first: [
    'A network with a loop has one cell. At each step it takes the next word $x_t$ and what it kept from the ' +
      'step before, $h_{t−1}$, and makes $h_t$ of them: what it keeps now. The simplest such cell is one line.',
  ],
  second: [
    'Roll the loop out along the text and it looks like a deep network, as deep as the text is long. But it ' +
      'is one cell drawn many times: W, U and b are the same numbers at every step. A longer text needs no ' +
      'more of them.',
  ],
  time: 'One cell, rolled and unrolled',
  rolled: 'Rolled',
  unrolled: 'Unrolled',
  count: 'How many numbers are to be learned',
  countText: [
    'A fully connected network sees all words side by side and has weights of its own for each place, so it ' +
      'grows with the text, and what it learns about a word at the third place it does not know at the fourth. ' +
      'A convolution shares its weights, too: one filter slides over the text. But it sees only as many words ' +
      'as the filter is wide, and keeps nothing.',
  ],
  steps: 'Words in the text, T',
  filter: 'Width of the filter, k',
  recurrent: 'recurrent (rnn)',
  full: 'fully connected',
  convolution: 'convolution',
  note: (input: number, hidden: number) =>
    `Words of ${input} numbers, ${hidden} units. Counted on the layers of the library. The recurrent layer’s tables:`,
  said: (steps: number, recurrent: string, full: string, convolution: string) =>
    `For ${steps} words: recurrent ${recurrent} numbers, fully connected ${full}, convolution ${convolution}.`,
}

const zh: typeof en = {
  first: [
    '带循环的网络只有一个细胞。每一步，它取下一个词 $x_t$ 和上一步留下的 $h_{t−1}$，算出 $h_t$，也就是现在要留下的内容。最简单的细胞只有一行。',
  ],
  second: [
    '把循环沿着文本展开，看上去像一个很深的网络，文本有多长就有多深。其实是同一个细胞画了许多遍：每一步用的 W、U、b 都是同样的数。文本再长，也不需要更多的数。',
  ],
  time: '同一个细胞：循环形式与展开形式',
  rolled: '循环形式',
  unrolled: '按时间展开',
  count: '要学多少个数',
  countText: [
    '全连接网络把所有词并排来看，每个位置都有自己的权重，所以文本越长它越大；在第三个位置上学到的词，换到第四个位置就不认识了。卷积也共享权重：一个卷积核在文本上滑动。但它一次只看得到核那么宽的几个词，而且什么也不留下。',
  ],
  steps: '文本的词数 T',
  filter: '卷积核宽度 k',
  recurrent: '循环层（rnn）',
  full: '全连接层',
  convolution: '卷积层',
  note: (input, hidden) => `每个词 ${input} 个数，${hidden} 个单元。个数是在库的层上数出来的。循环层的数表：`,
  said: (steps, recurrent, full, convolution) =>
    `${steps} 个词时：循环层 ${recurrent} 个数，全连接层 ${full} 个，卷积层 ${convolution} 个。`,
}

const words = dictionary(en, zh)
const INPUT = 64
const HIDDEN = 128
const steps = field('steps', whole(20))
const filter = field('filter', whole(3))
const FORMS = ['unrolled', 'rolled'] as const
const form = field('form', choice(FORMS, 'unrolled'))
const grouped = (n: number): string => n.toLocaleString('en')

const ask = computed(() => ({
  cell: 'rnn',
  inputSize: INPUT,
  hiddenSize: HIDDEN,
  steps: Math.max(1, steps.value),
  filter: Math.max(1, filter.value),
}))

function Body() {
  const w = words.value
  const subject = useSubject('any')
  const walk = useWalk(subject)
  const counted = useAnswered(ask, (asked, signal) => workshop().shapes(asked, { signal }))
  useNarrator(
    computed(() => {
      const found = counted.answer.value
      if (!found) return ''
      const { recurrent, full, convolution } = found
      return words.value.said(steps.value, grouped(recurrent), grouped(full), grouped(convolution))
    }),
  )
  const found = counted.answer.value
  return (
    <>
      <Prose>{w.first}</Prose>
      <p class="display">
        <Equation cell="rnn" equation="h" />
      </p>
      <Prose>{w.second}</Prose>
      <Piece title={w.time}>
        <span class="choice">
          {FORMS.map(one => (
            <button key={one} type="button" aria-pressed={form.value === one} onClick={() => form.set(one)}>
              {w[one]}
            </button>
          ))}
        </span>
        <TextField subject={subject.value} />
        <ModelNote wanted="any" subject={subject.value} />
        {walk.answer.value && <TimePiece answer={walk.answer.value} form={form.value} withBack={false} />}
      </Piece>
      <Prose>{w.countText}</Prose>
      <Piece title={w.count}>
        <div class="sliders">
          <Slider
            label={w.steps}
            value={steps.value}
            least={1}
            most={200}
            by={1}
            test="steps"
            onInput={n => steps.set(n, 'settle')}
          />
          <Slider
            label={w.filter}
            value={filter.value}
            least={1}
            most={9}
            by={1}
            test="filter"
            onInput={n => filter.set(n, 'settle')}
          />
        </div>
        {found && (
          <>
            <dl class="bars" data-test="counts">
              {(['recurrent', 'full', 'convolution'] as const).map(kind => (
                <div key={kind}>
                  <dt>{w[kind]}</dt>
                  <dd>
                    <i
                      aria-hidden="true"
                      data-kind={kind}
                      style={{ width: `${(100 * found[kind]) / Math.max(found.full, found.recurrent)}%` }}
                    />
                    <span data-test={kind}>{grouped(found[kind])}</span>
                  </dd>
                </div>
              ))}
            </dl>
            <p class="note">
              {w.note(INPUT, HIDDEN)}{' '}
              {found.tensors.map(({ name, shape }) => `${name} ${shape.join(' × ')}`).join(', ')}
            </p>
          </>
        )}
      </Piece>
    </>
  )
}

export const chapter2: Chapter = { title: { en: 'The loop', zh: '循环' }, Body }
