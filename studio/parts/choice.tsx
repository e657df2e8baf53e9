/** One of several, with its label. */
export interface ChoiceProps<T extends string> {
  readonly label: string
  readonly test?: string
  readonly value: T
  /** What is chosen, and its words. */
  readonly options: readonly (readonly [T, string])[]
  readonly onChoose: (value: T) => void
}

export function Choice<T extends string>({ label, test, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <label>
      {label}{' '}
      <select data-test={test} value={value} onChange={event => onChoose(event.currentTarget.value as T)}>
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
