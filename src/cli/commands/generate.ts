/** `sluice generate MODEL` */
import { OptionError } from '../../errors/errors.ts'
import { LanguageModel } from '../../models/language-model.ts'
import { completeOptions } from '../../models/option-table.ts'
import { readModel } from '../../platform/node/index.ts'
import { Turns } from '../../training/turns.ts'
import { useWasm } from '../device.ts'
import type { Invocation } from '../invocation.ts'
import { generateOptions } from '../language-option-tables.ts'

export async function run({ operands: [path], options, isJson, terminal, signal }: Invocation): Promise<void> {
  const { topK, stop, arithmetic, threads, ...given } = completeOptions('sluice generate', generateOptions, options)
  if (stop === '') throw new OptionError('stop: expected a text to stop at, got an empty one. Leave it out.')
  // A token at a time is seldom worth dividing.
  await useWasm({ arithmetic: options.arithmetic && arithmetic, threads: threads ?? 1 })
  const model = await readModel(path, { kind: LanguageModel })
  for (const warning of model.warnings) terminal.warn(warning)
  const turns = new Turns(signal)
  const start = performance.now()
  const pieces: string[] = []
  let tokens = 0
  try {
    for (const { text } of model.generate({ ...given, ...(topK && { topK }), ...(stop && { stop }) })) {
      tokens++
      pieces.push(text)
      if (!isJson && text !== '') await terminal.write(visible(text))
      await turns.give()
    }
  } finally {
    // Also of a text that was stopped: what is said of that stands on a line of its own.
    if (!isJson && tokens > 0) await terminal.write('\n')
  }
  const tokensPerSecond = tokens / ((performance.now() - start) / 1000)
  if (isJson) await terminal.write(`${JSON.stringify({ text: pieces.join(''), tokens, tokensPerSecond })}\n`)
}

/** A text may have learned what would move the cursor; line ends and tabs stay. */
const visible = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, ' ')
