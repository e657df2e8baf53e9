/**
 * The text that an operand stands for: itself, or of `-` all of standard input, without the end of its last line, which
 * is the shell's.
 *
 * @throws the signal's reason, when it is aborted.
 */
export async function textOf(operand: string, signal: AbortSignal): Promise<string> {
  if (operand !== '-') return operand
  process.stdin.setEncoding('utf8')
  const end = () => process.stdin.destroy()
  signal.addEventListener('abort', end)
  let text = ''
  for await (const piece of process.stdin) text += piece
  signal.removeEventListener('abort', end)
  signal.throwIfAborted()
  return text.replace(/\r?\n$/, '')
}
