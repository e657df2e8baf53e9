/** Chapter 7: the LSTM in six lines, each with live numbers. */
import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { CellDiagram } from '../../parts/diagram/cell-diagram.tsx'
import { cellGraph } from '../../parts/diagram/cell-graph.ts'
import { drawingOf } from '../../parts/diagram/routes.ts'
import { Formula, Formulas } from '../../parts/formula/math.tsx'
import { numbered, symbolic } from '../../parts/formula/numbered.ts'
import { fixed } from '../../parts/numbers.ts'
import { isGate, quantityName } from '../../parts/quantities.ts'
import { within } from '../../parts/selection.ts'
import { percent } from '../../parts/share-bar.tsx'
import { Surface } from '../../parts/surface.tsx'
import { TokenStrip, visible } from '../../parts/token-strip.tsx'
import { dictionary } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import type { WalkAnswer, WalkStep } from '../../worker/stepper.ts'
import type { Chapter } from '../page.tsx'
import { boardOf, ModelNote, Piece, TextField, useStep, useWalk } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { line, selection, unit, useSubject } from '../state.ts'
import { learnWords } from '../words.ts'

const en = {
  first: [
    'The LSTM (Hochreiter and Schmidhuber 1997; its forget gate Gers, Schmidhuber and Cummins 2000) keeps ' +
      'two things from step to step: a memory C, which nothing squeezes on its way, and what it shows of it, ' +
      'h. Three gates decide what is dropped, what is written and what is shown. That is all of it, in six ' +
      'lines.',
    'Choose a word and a unit: the numbers are those that the model really computes there. Choose a line to ' +
      'see what it touches in the cell.',
  ],
  piece: 'Six lines with their numbers',
  strip: 'The text. Arrow keys choose a word.',
  cell: 'The cell. Up and down arrow keys choose the line, left and right the word.',
  why: {
    forgetGate: 'How much of the old memory stays: a percentage for each unit.',
    inputGate: 'How much of the new is written.',
    candidate: 'What could be written: tanh brings it between −1 and 1.',
    c: 'Forget by multiplying, remember by adding. Nothing else happens to the memory.',
    outputGate: 'How much of the memory is shown.',
    h: 'What the rest of the network gets to see, and the next step too.',
  } as Readonly<Record<string, string>>,
  said: (token: string, unit: number, name: string, value: string) =>
    `At “${token}” the ${name} of unit ${unit} is ${value}.`,
  last: [
    'Look at the fourth line again. On the direct way, from $C_{t−1}$ to $C_t$, the derivative is $f_t$ and ' +
      'nothing more: no matrix, no tanh. (Ways round by $h$ come on top.) With gates near 1 a gradient goes ' +
      'back through a hundred steps and is still there. This is why the fading of chapter 5 stops.',
  ],
}

const zh: typeof en = {
  first: [
    'LSTM（Hochreiter 与 Schmidhuber 1997；遗忘门来自 Gers、Schmidhuber 与 Cummins 2000）从一步到下一步保存两样东西：一是记忆 ' +
      'C，一路上没有任何东西压缩它；二是拿出来给人看的那部分，h。三个门分别决定丢掉什么、写入什么、输出什么。全部就是六行。',
    '选一个词和一个单元，看到的就是模型在那里真正算出的数。点一行，看它在细胞里碰到了什么。',
  ],
  piece: '六行公式与数值',
  strip: '文本。用方向键选词。',
  cell: '细胞。上下方向键选公式，左右方向键选词。',
  why: {
    forgetGate: '旧记忆留下多少：每个单元一个百分比。',
    inputGate: '新内容写入多少。',
    candidate: '可以写入的内容：tanh 把它限制在 −1 和 1 之间。',
    c: '乘法遗忘，加法记住。记忆上再没有别的运算。',
    outputGate: '记忆拿出多少来。',
    h: '网络其余部分看到的，也是下一步看到的。',
  },
  said: (token, unit, name, value) => `在“${token}”处，单元 ${unit} 的${name}为 ${value}。`,
  last: [
    '再看第四行。沿直接的路，从 $C_{t−1}$ 到 $C_t$ 的导数就是 $f_t$，没有矩阵，也没有 tanh（绕道 $h$ 的路另算）。门接近 1，梯度往回走一百步也还在。第 5 章里的消失，到这里就停住了。',
  ],
}

const words = dictionary(en, zh)

function Body() {
  const w = words.value
  const subject = useSubject('lstm')
  const walk = useWalk(subject)
  const step = useStep(subject, walk)
  const said = useMemo(
    () =>
      computed(() => {
        const [answer, numbers] = [walk.answer.value, step.answer.value]
        if (!answer || !numbers || numbers.values.length !== answer.nodes.length) return ''
        const { definitions } = boardOf(answer)
        const { name, expression } = definitions[within(line.value - 1, definitions.length)]
        const t = within(selection.token.value, answer.tokens.length)
        const u = within(unit.value, answer.layers[0].hidden)
        const value = numbers.values[answer.nodes.indexOf(expression)][u]
        const told = isGate(name) ? percent(value) : fixed(value)
        return words.value.said(visible(answer.tokens[t]), u, quantityName(name), told)
      }),
    [walk, step],
  )
  useNarrator(said)
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.piece}>
        <TextField subject={subject.value} />
        <ModelNote wanted="lstm" subject={subject.value} />
        {walk.failure.value !== null && <p class="failure">{walk.failure}</p>}
        {walk.answer.value && <Lines answer={walk.answer.value} numbers={step.answer.value} />}
      </Piece>
      <Prose>{w.last}</Prose>
    </>
  )
}

function Lines({ answer, numbers }: { answer: WalkAnswer; numbers: WalkStep | null }) {
  const w = words.value
  const board = useMemo(() => boardOf(answer), [answer])
  const drawing = useMemo(() => drawingOf(cellGraph(answer.cell, answer.nodes, board.definitions)), [answer, board])
  const { hidden } = answer.layers[0]
  const u = within(unit.value, hidden)
  const at = within(line.value - 1, board.definitions.length)
  const fits = numbers !== null && numbers.values.length === answer.nodes.length
  const key = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowUp: () => line.set(Math.max(1, at), 'settle'),
      ArrowDown: () => line.set(Math.min(board.definitions.length, at + 2), 'settle'),
      ArrowLeft: () => {
        selection.token.value = within(selection.token.value - 1, answer.tokens.length)
      },
      ArrowRight: () => {
        selection.token.value = within(selection.token.value + 1, answer.tokens.length)
      },
    }
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move()
  }
  return (
    <>
      <div class="strip-and-unit">
        <TokenStrip
          tokens={answer.tokens}
          values={null}
          scale={{ kind: 'share', limit: 1 }}
          selection={selection}
          label={w.strip}
          unknown={answer.unknown}
        />
        <label>
          {learnWords.value.unit}{' '}
          <input
            type="number"
            data-test="unit"
            min={0}
            max={hidden - 1}
            value={u}
            onInput={event => unit.set(within(Math.round(event.currentTarget.valueAsNumber) || 0, hidden), 'settle')}
          />
        </label>
      </div>
      <ol class="lines">
        {board.definitions.map((definition, k) => (
          <li key={definition.name} data-test={`line-${definition.name}`} data-now={k === at ? '' : undefined}>
            <button type="button" class="quiet" aria-pressed={k === at} onClick={() => line.set(k + 1)}>
              {quantityName(definition.name)}
            </button>
            <div>
              <Formula node={symbolic(definition, board)} />
              {fits && (
                <div class="numbers-line" data-value={numbers.values[answer.nodes.indexOf(definition.expression)][u]}>
                  <Formulas nodes={numbered(definition, board, numbers, 'unit', u)} />
                </div>
              )}
              <p class="note">{w.why[definition.name] ?? ''}</p>
            </div>
          </li>
        ))}
      </ol>
      <Surface class="chapter-cell" label={w.cell} onKeyDown={key}>
        <CellDiagram
          drawing={drawing}
          cell={answer.cell}
          numbers={fits ? numbers : null}
          of="unit"
          unit={u}
          line={at}
          way="forward"
          withBack={false}
        />
      </Surface>
    </>
  )
}

export const chapter7: Chapter = { title: { en: 'The LSTM in six lines', zh: '六行写出 LSTM' }, Body }
