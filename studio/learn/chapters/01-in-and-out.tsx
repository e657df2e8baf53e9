/** Chapter 1: a sequence in, one answer out. */
import { computed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { answersOverTime } from '../../parts/diagram/states-over-time.ts'
import { within } from '../../parts/selection.ts'
import { percent } from '../../parts/share-bar.tsx'
import { Answers } from '../../parts/shares.tsx'
import { TokenStrip, visible } from '../../parts/token-strip.tsx'
import { field, text } from '../../shell/address.ts'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary, language } from '../../shell/language.ts'
import { useNarrator } from '../../shell/narrator.tsx'
import type { Chapter } from '../page.tsx'
import { ModelNote, Piece, TextField, useWalk } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { learner, selection, useSubject } from '../state.ts'

const en = {
  first: [
    'A sentence is a sequence: words, one after the other, as many as there happen to be. A recurrent ' +
      'network reads it like that, a word at a time, and after each word it could be asked for its answer.',
    'One kind of answer is a label: is this opinion good or bad? Write something and watch the answer ' +
      'change, word by word. Note what a “not” does, and a “but”: the same words in another order are another ' +
      'opinion.',
  ],
  label: 'The answer after each word',
  strip: 'The text. Under each word the probability of the final answer, read up to there. Arrow keys choose a word.',
  upTo: (token: string) => `Read up to “${token}”`,
  middle: [
    'Another kind of answer is the next word. Nobody has to label anything for that: any text says itself ' +
      'what came next. Choose one of the words and it is written on.',
  ],
  next: 'The next word',
  begin: 'How it begins',
  append: (word: string) => `Write on with “${word}”`,
  said: (token: string, label: string, share: string) => `Read up to “${token}”, “${label}” has ${share}.`,
}

const zh: typeof en = {
  first: [
    '一句话就是一个序列：词一个接一个，有多少算多少。循环网络就这样读，一次一个词；每读完一个词，都可以问它的答案。',
    '一种答案是标签：这条意见是好评还是差评？写点什么，看答案怎样逐词变化。注意一个“不”、一个“但是”起什么作用：同样的词换个顺序，就是另一个意见。',
  ],
  label: '每个词之后的答案',
  strip: '文本。每个词下面是读到那里为止最终答案的概率。用方向键选词。',
  upTo: token => `读到“${token}”为止`,
  middle: ['另一种答案是下一个词。这不需要任何人做标注：文本自己就说出了下一个词是什么。点一个词，就接着写下去。'],
  next: '下一个词',
  begin: '开头',
  append: word => `接着写“${word}”`,
  said: (token, label, share) => `读到“${token}”，“${label}”的概率为 ${share}。`,
}

const words = dictionary(en, zh)
const UNWRITTEN = '\u0000'
const begun = field('begun', text(UNWRITTEN))
const FIRST = { en: 'the film was good but', zh: '电影 很 精彩 但是' } as const

function Body() {
  const w = words.value
  const subject = useSubject('classifier')
  const walk = useWalk(subject)
  const answer = walk.answer.value
  useNarrator(
    useMemo(
      () =>
        computed(() => {
          const now = walk.answer.value
          const t = within(selection.token.value, now?.tokens.length ?? 1)
          const prediction = now?.predictions[t]
          if (!now || !prediction || !('label' in prediction)) return ''
          return words.value.said(visible(now.tokens[t]), prediction.label, percent(prediction.probability, 1))
        }),
      [walk],
    ),
  )
  const shares = answer ? answersOverTime(answer) : []
  const at = within(selection.token.value, answer?.tokens.length ?? 1)
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.label}>
        <TextField subject={subject.value} />
        <ModelNote wanted="classifier" subject={subject.value} />
        {walk.failure.value !== null && <p class="failure">{walk.failure}</p>}
        {answer && (
          <>
            <TokenStrip
              tokens={answer.tokens}
              values={shares}
              scale={{ kind: 'share', limit: 1 }}
              selection={selection}
              label={w.strip}
              unknown={answer.unknown}
              note={t => percent(shares[t])}
            />
            <h3>{w.upTo(visible(answer.tokens[at]))}</h3>
            <Answers prediction={answer.predictions[at]} test="answer" />
          </>
        )}
      </Piece>
      <Prose>{w.middle}</Prose>
      {/* One training after the other, the first piece's first. */}
      {subject.value && <NextWord />}
    </>
  )
}

function NextWord() {
  const w = words.value
  const subject = useSubject('language-model')
  const question = useMemo(
    () =>
      computed(() => {
        const of = subject.value
        return of && { ...of, text: written(), changes: [] }
      }),
    [subject],
  )
  const next = useAnswered(question, (ask, signal) => learner(ask).predict(ask, { signal }))
  const prediction = next.answer.value
  const append = (token: string) => begun.set(`${written().trimEnd()} ${token.trim()}`)
  return (
    <Piece title={w.next}>
      <label class="text-field">
        <span class="faint">{w.begin}</span>
        <input
          type="text"
          data-test="begun"
          value={written()}
          onInput={event => begun.set(event.currentTarget.value, 'settle')}
        />
      </label>
      <ModelNote wanted="language-model" subject={subject.value} />
      {prediction && 'top' in prediction && (
        <>
          <Answers prediction={prediction} most={6} test="next" />
          <p class="controls">
            {prediction.top.slice(0, 6).map(({ token }) => (
              <button key={token} type="button" aria-label={w.append(visible(token))} onClick={() => append(token)}>
                {visible(token)}
              </button>
            ))}
          </p>
        </>
      )}
    </Piece>
  )
}

const written = (): string => (begun.value === UNWRITTEN ? FIRST[language.value] : begun.value)

export const chapter1: Chapter = {
  title: { en: 'A sequence in, one answer out', zh: '输入一个序列，得到一个答案' },
  Body,
}
