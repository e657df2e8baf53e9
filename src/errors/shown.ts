/** The most characters of a given value that a message repeats. */
const LONGEST_SHOWN_CHARACTERS = 60

/**
 * Writes a value as an error message quotes it: recognisable, on one line, shortened, never throwing.
 *
 * @param value  Anything a caller gave: `'tanhh'`, `-1`, `[3, 4]`, an object from a file.
 * @returns      At most some 80 characters: strings in quotes, arrays and objects as JSON, others by their kind.
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return shortened(JSON.stringify(value), value.length)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return shortened(`${value}n`)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${shortened(value.name)}`
  if (ArrayBuffer.isView(value)) return shownView(value)
  if (typeof value === 'object' && value !== null) return shownObject(value)
  return String(value)
}

function shownView(view: ArrayBufferView): string {
  const name = view.constructor.name
  if (view instanceof DataView) return `DataView of ${view.byteLength} bytes`
  const values = view as ArrayBufferView & ArrayLike<number | bigint>
  const first = Array.from({ length: Math.min(4, values.length) }, (_, index) => String(values[index]))
  return `${name}(${values.length}) [${first.join(', ')}${values.length > first.length ? ', …' : ''}]`
}

function shownObject(value: object): string {
  if (value instanceof Error) return shortened(`${value.name}: ${value.message}`)
  // The usual array is a shape; it is read more easily with spaces.
  if (Array.isArray(value) && value.every(item => typeof item === 'number')) return shortened(`[${value.join(', ')}]`)
  try {
    const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))
    return shortened(text === undefined ? Object.prototype.toString.call(value) : text)
  } catch {
    return 'an object that cannot be written as JSON'
  }
}

function shortened(text: string, length = text.length): string {
  if (text.length <= LONGEST_SHOWN_CHARACTERS) return text
  const start = text.slice(0, LONGEST_SHOWN_CHARACTERS)
  // A cut between the two halves of a character outside the basic plane would leave an unpaired surrogate.
  const whole = /[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start
  return `${whole}… (${length} characters)`
}
