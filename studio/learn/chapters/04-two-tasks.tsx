/** Chapter 4: the word in the middle against the word at the end; word vectors as a by-product. */
import { computed } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Choice } from '../../parts/choice.tsx'
import { within } from '../../parts/selection.ts'
import { percent } from '../../parts/share-bar.tsx'
import { Answers, Shares } from '../../parts/shares.tsx'
import { TokenStrip, visible } from '../../parts/token-strip.tsx'
import { field, text } from '../../shell/address.ts'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary, language } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import { WINDOW } from '../compute/window.ts'
import type { Neighbour } from '../compute/words.ts'
import type { Chapter } from '../page.tsx'
import { ModelNote, Piece } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { houseFor, houseOf, learner, type Subject, selection, trainHouse, workshop } from '../state.ts'

const en = {
  first: [
    'Two networks learn from plain text, and look alike at first. CBOW (Mikolov, Chen, Corrado and Dean ' +
      '2013) is given the words around a gap and guesses the one in the middle. It takes the mean of their ' +
      'vectors, so it does not know their order, and it forgets everything before the next gap. A recurrent ' +
      'language model is given the words before, in order, and guesses the one at the end.',
  ],
  gap: 'What each of them sees',
  strip: 'A sentence. Arrow keys choose the word that is to be guessed.',
  sentence: { en: 'the film was good but the music was boring', zh: '电影 很 精彩 但是 音乐 很 无聊' } as Readonly<
    Record<'en' | 'zh', string>
  >,
  cbowSees: 'CBOW sees, in any order',
  rnnSees: 'The recurrent model sees, in this order',
  nothing: 'nothing yet',
  guess: 'It guesses the next word',
  guessMiddle: 'It guesses the word in the gap',
  second: [
    'CBOW is trained for the sake of its vectors: the guess is thrown away, and the table that turns words ' +
      'into vectors is kept. With nothing but a mean between the table and the guess, all that is learned has ' +
      'to be in the table, and words that stand in the same places get the same direction.',
    'In a recurrent model the table is only the first of its weights. What matters can be done later, in the ' +
      'cell, so its vectors are what that cell needs, and near is not always alike. The lists tell: both were ' +
      'trained in this page, on the same sentences. So small a language may make them equal, for a word’s ' +
      'neighbours are all there is to know about it.',
  ],
  near: 'The nearest words',
  word: 'Word',
  cbow: 'CBOW’s vectors',
  recurrent: 'The recurrent model’s vectors',
  purity: (share: string) => `Of all nearest words ${share} are of the word’s own kind (a thing, praise, blame).`,
  training: 'Word vectors are being trained in this page',
  said: (word: string, cbow: string, recurrent: string) =>
    `Nearest to “${word}”: in CBOW’s vectors ${cbow}, in the recurrent model’s ${recurrent}.`,
}

const zh: typeof en = {
  first: [
    '有两种网络从普通文本中学习，乍看很像。CBOW（Mikolov、Chen、Corrado 与 Dean 2013）看到空格两边的词，猜中间那个。它取这些词向量的平均，所以不知道顺序，猜下一个空之前就全忘了。' +
      '循环语言模型按顺序看到前面的词，猜末尾的那个。',
  ],
  gap: '它们各看到什么',
  strip: '一句话。用方向键选要猜的词。',
  sentence: en.sentence,
  cbowSees: 'CBOW 看到（不分顺序）',
  rnnSees: '循环模型看到（按此顺序）',
  nothing: '还什么也没有',
  guess: '它猜下一个词',
  guessMiddle: '它猜空格里的词',
  second: [
    '训练 CBOW 图的是它的词向量：猜出来的词丢掉，把词变成向量的那张表留下。表和猜测之间只隔一个平均，学到的东西只能写在表里；出现在相同位置的词，方向也就相同。',
    '在循环模型里，这张表只是权重的第一部分。要紧的事可以留到细胞里再做，所以它的向量是细胞需要的样子，相近的未必相似。看看两边的列表：两个模型都是在本页用同样的句子训练的。语言这么小，结果也可能不分高下，' +
      '因为一个词的全部信息就是它的邻居。',
  ],
  near: '最相近的词',
  word: '词',
  cbow: 'CBOW 的词向量',
  recurrent: '循环模型的词向量',
  purity: share => `所有最相近的词里，${share} 与原词同类（事物、褒义词、贬义词）。`,
  training: '正在本页训练词向量',
  said: (word, cbow, recurrent) => `与“${word}”最相近的词：CBOW 的向量是 ${cbow}，循环模型的向量是 ${recurrent}。`,
}

const words = dictionary(en, zh)
const chosen = field('word', text(''))

/** Always those of the house: both have to have read the same sentences. */
function useHouse() {
  const ask = houseFor('language-model')
  useEffect(() => void trainHouse(ask), [ask.tongue])
  return useMemo(
    () =>
      computed<Subject | null>(() => {
        const house = houseFor('language-model')
        return houseOf(house).facts.value ? { house, opening: 0 } : null
      }),
    [],
  )
}

function Body() {
  const w = words.value
  const subject = useHouse()
  return (
    <>
      <Prose>{w.first}</Prose>
      <Gap />
      <Prose>{w.second}</Prose>
      <Piece title={w.near}>
        <ModelNote wanted="language-model" subject={subject.value} />
        {subject.value && <Near />}
      </Piece>
    </>
  )
}

function Gap() {
  const w = words.value
  const subject = useHouse()
  const tokens = w.sentence[language.value].split(' ')
  const at = within(selection.token.value, tokens.length)
  const before = tokens.slice(0, at)
  const around = [...tokens.slice(Math.max(0, at - WINDOW), at), ...tokens.slice(at + 1, at + 1 + WINDOW)]
  const question = useMemo(
    () =>
      computed(() => {
        const sentence = words.value.sentence[language.value].split(' ')
        const cut = sentence.slice(0, within(selection.token.value, sentence.length))
        return subject.value && { ...subject.value, text: cut.join(' '), changes: [] }
      }),
    [subject],
  )
  const guess = useAnswered(question, (ask, signal) => learner(ask).predict(ask, { signal }))
  const gap = useMemo(
    () =>
      computed(() => {
        const sentence = words.value.sentence[language.value].split(' ')
        const at = within(selection.token.value, sentence.length)
        return subject.value && { tongue: language.value, sentence, at }
      }),
    [subject],
  )
  const middle = useAnswered(gap, (ask, signal) => workshop().guess(ask, { signal }))
  return (
    <Piece title={w.gap}>
      <TokenStrip
        tokens={tokens}
        values={null}
        scale={{ kind: 'share', limit: 1 }}
        selection={selection}
        label={w.strip}
      />
      <div class="side-by-side">
        <div>
          <h3>{w.cbowSees}</h3>
          <p class="sees" data-test="cbow-sees">
            {[...around].sort().join(', ')}
          </p>
          <h3>{w.guessMiddle}</h3>
          {middle.answer.value ? (
            <Answers prediction={{ token: '', probability: 0, top: middle.answer.value }} test="guess-middle" />
          ) : (
            <p class="note">{w.training} …</p>
          )}
        </div>
        <div>
          <h3>{w.rnnSees}</h3>
          <p class="sees" data-test="rnn-sees">
            {before.length === 0 ? w.nothing : before.join(' → ')}
          </p>
          <h3>{w.guess}</h3>
          {guess.answer.value ? (
            <Answers prediction={guess.answer.value} test="guess" />
          ) : (
            <ModelNote wanted="language-model" subject={subject.value} />
          )}
        </div>
      </div>
    </Piece>
  )
}

function Near() {
  const w = words.value
  const question = useMemo(() => computed(() => ({ tongue: language.value })), [])
  const lists = useAnswered(question, (ask, signal) => workshop().words(ask, { signal }))
  useNarrator(
    useMemo(
      () =>
        computed(() => {
          const found = lists.answer.value
          if (!found) return ''
          const word = found.words.includes(chosen.value) ? chosen.value : found.words[0]
          const told = (near: readonly Neighbour[]) => near.map(one => visible(one.word)).join(', ')
          return words.value.said(word, told(found.cbow[word]), told(found.recurrent[word]))
        }),
      [lists],
    ),
  )
  const found = lists.answer.value
  if (lists.failure.value !== null) return <p class="failure">{lists.failure}</p>
  if (!found) return <p class="note">{w.training} …</p>
  const word = found.words.includes(chosen.value) ? chosen.value : found.words[0]
  return (
    <>
      <Choice
        label={w.word}
        test="word"
        value={word}
        options={found.words.map(one => [one, one])}
        onChoose={one => chosen.set(one)}
      />
      <div class="side-by-side">
        <Neighbours title={w.cbow} near={found.cbow[word]} purity={found.cbowPurity} test="cbow" />
        <Neighbours title={w.recurrent} near={found.recurrent[word]} purity={found.recurrentPurity} test="recurrent" />
      </div>
    </>
  )
}

interface NeighboursProps {
  readonly title: string
  readonly near: readonly Neighbour[]
  readonly purity: number
  readonly test: string
}

function Neighbours({ title, near, purity, test }: NeighboursProps) {
  return (
    <div>
      <h3>{title}</h3>
      <Shares rows={near.map(({ word, similarity }) => [word, similarity, similarity.toFixed(2)])} test={test} />
      <p class="note">{words.value.purity(percent(purity))}</p>
    </div>
  )
}

export const chapter4: Chapter = {
  title: { en: 'The word in the middle, the word at the end', zh: '中间的词与末尾的词' },
  Body,
}
