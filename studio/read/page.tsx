/** The Read view. */
import { model } from '../shell/open-model.ts'

export function Page() {
  return <pre>{model.value?.equations.join('\n')}</pre>
}
