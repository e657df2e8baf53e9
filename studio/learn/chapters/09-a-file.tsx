/** Chapter 9: the model is its weights: a file, opened, counted, saved, read again. */
import { computed, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { saveFile } from '../../parts/save.ts'
import { Answers } from '../../parts/shares.tsx'
import { useAnswered } from '../../shell/answered.ts'
import { dictionary } from '../../shell/language.ts'
import { FileButton } from '../../shell/model-panel.tsx'
import { useNarrator } from '../../shell/narrator.tsx'
import { MODEL_FILE_ENDS } from '../../shell/open-model.ts'
import type { FileAnswer, ReadAgain } from '../compute/file.ts'
import type { Chapter } from '../page.tsx'
import { ModelNote, Piece, TextField } from '../pieces.tsx'
import { Prose } from '../prose.tsx'
import { learner, type Subject, textFor, useSubject } from '../state.ts'

const en = {
  first: [
    'After training nothing is left of it but numbers. The equations say what is done with them, the ' +
      'vocabulary which row belongs to which word: together they are the model. There is no more in the file ' +
      'than that.',
    'The file is a .safetensors: eight bytes that say how long the heading is; the heading, a JSON text with ' +
      'the name and shape of each table of numbers, the equations, the vocabulary and the labels; then the ' +
      'numbers, four bytes each.',
  ],
  piece: 'The file, opened',
  tensor: 'table',
  shape: 'shape',
  numbers: 'numbers',
  sum: 'together',
  count: (numbers: string, header: string, bytes: string) =>
    `4 × ${numbers} bytes of numbers + ${header} bytes of heading = ${bytes} bytes: the whole file.`,
  save: 'Save the file',
  load: 'Read a file again',
  test: 'Read these bytes again',
  same: 'The model that was read from the bytes answers with the same bits.',
  different: 'The model in this file answers otherwise: it has other weights.',
  before: 'The model in memory',
  after: 'The model from the file',
  last: [
    'That is all that saving means. Whoever has the file has the model, on any computer; whoever changes one ' +
      'number has another one.',
  ],
}

const zh: typeof en = {
  first: [
    '训练结束后，留下的只有数。公式说明怎么用这些数，词表说明哪一行属于哪个词：合在一起就是模型。文件里再没有别的东西。',
    '文件是 .safetensors 格式：八个字节给出文件头的长度；文件头是一段 JSON，写着每张数表的名字和形状、公式、词表和标签；后面就是数本身，每个四字节。',
  ],
  piece: '打开文件看看',
  tensor: '数表',
  shape: '形状',
  numbers: '个数',
  sum: '合计',
  count: (numbers, header, bytes) => `4 × ${numbers} 字节的数 + ${header} 字节的文件头 = ${bytes} 字节，就是整个文件。`,
  save: '保存文件',
  load: '读入一个文件',
  test: '重新读入这些字节',
  same: '从字节读出来的模型，答案一位不差。',
  different: '这个文件里的模型答案不同：权重不一样。',
  before: '内存中的模型',
  after: '文件中的模型',
  last: ['保存的意思就是这样。谁有这个文件，谁就有这个模型，在任何电脑上都一样；谁改动其中一个数，就得到另一个模型。'],
}

const words = dictionary(en, zh)
const again = signal<ReadAgain | null>(null)
const failure = signal<string | null>(null)
const grouped = (n: number): string => n.toLocaleString('en')

function Body() {
  const w = words.value
  const subject = useSubject('any')
  const question = useMemo(() => computed(() => subject.value), [subject])
  const file = useAnswered(question, (of, signal) => {
    again.value = null
    return learner(of).file(of, { signal })
  })
  useNarrator(
    useMemo(
      () =>
        computed(() => {
          const answer = file.answer.value
          if (!answer) return ''
          const { numbers, headerBytes, bytes } = answer
          return words.value.count(grouped(numbers), grouped(headerBytes), grouped(bytes.length))
        }),
      [file],
    ),
  )
  return (
    <>
      <Prose>{w.first}</Prose>
      <Piece title={w.piece}>
        <ModelNote wanted="any" subject={subject.value} />
        {file.answer.value && subject.value && <Opened file={file.answer.value} subject={subject.value} />}
      </Piece>
      <Prose>{w.last}</Prose>
    </>
  )
}

function Opened({ file, subject }: { file: FileAnswer; subject: Subject }) {
  const w = words.value
  const { tensors, numbers, headerBytes, bytes } = file
  const read = async (from: Uint8Array) => {
    failure.value = null
    try {
      again.value = await learner(subject).again({ ...subject, bytes: from, text: textFor(subject) })
    } catch (error) {
      again.value = null
      failure.value = error instanceof Error ? error.message : String(error)
    }
  }
  return (
    <>
      <div class="scrolled">
        <table class="numbers" data-test="tensors">
          <thead>
            <tr>
              <th scope="col">{w.tensor}</th>
              <th scope="col">{w.shape}</th>
              <th scope="col">{w.numbers}</th>
            </tr>
          </thead>
          <tbody>
            {tensors.map(({ name, shape, numbers }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>{shape.join(' × ')}</td>
                <td>{grouped(numbers)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{w.sum}</th>
              <td />
              <td>{grouped(numbers)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p data-test="bytes" data-bytes={bytes.length}>
        {w.count(grouped(numbers), grouped(headerBytes), grouped(bytes.length))}
      </p>
      <TextField subject={subject} />
      <div class="controls">
        <button
          type="button"
          data-test="save"
          onClick={() => saveFile('model.safetensors', bytes, 'application/octet-stream')}
        >
          {w.save}
        </button>
        <FileButton
          label={w.load}
          accept={MODEL_FILE_ENDS}
          onFile={async chosen => read(new Uint8Array(await chosen.arrayBuffer()))}
        />
        <button type="button" data-test="again" onClick={() => read(bytes)}>
          {w.test}
        </button>
      </div>
      {failure.value !== null && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      {again.value && (
        <>
          <p data-test="verdict" data-same={again.value.isSame ? '' : undefined}>
            {again.value.isSame ? w.same : w.different}
          </p>
          <div class="side-by-side">
            <div>
              <h3>{w.before}</h3>
              <Answers prediction={again.value.before} test="before" />
            </div>
            <div>
              <h3>{w.after}</h3>
              <Answers prediction={again.value.after} test="after" />
            </div>
          </div>
        </>
      )}
    </>
  )
}

export const chapter9: Chapter = { title: { en: 'The model is its weights', zh: '模型就是它的权重' }, Body }
