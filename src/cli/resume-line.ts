/** The line that goes on with an interrupted training, as it is typed. */

const PLAIN = /^[\w@%+=:,./-]+$/
const NPM_SCRIPT = 'sluice'

/**
 * @param words   Of the command line, without the program.
 * @param script  The npm script that runs it, if one does.
 */
export function resumeLine(words: readonly string[], script = process.env.npm_lifecycle_event): string {
  const program = script === NPM_SCRIPT ? `npm run --silent ${NPM_SCRIPT} --` : 'sluice'
  const end = words.indexOf('--')
  const place = end < 0 ? words.length : end
  const all = words.includes('--resume') ? words : words.toSpliced(place, 0, '--resume')
  return [program, ...all.map(quoted)].join(' ')
}

/** As a POSIX shell reads it. */
const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
