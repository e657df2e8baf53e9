/** The keys of the Walk view's pictures. */
import { within } from '../parts/selection.ts'
import { isPlaying, pause, play } from './player.ts'
import { fields, move, tokenAt, walk } from './state.ts'

/** Left and right: the token; up and down: the equation; home and end; space plays. */
export function key(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const length = walk.answer.peek()?.tokens.length ?? 1
  const toToken = (t: number) => fields.token.set(within(t, length), 'settle')
  switch (event.key) {
    case 'ArrowLeft':
      toToken(tokenAt.peek() - 1)
      break
    case 'ArrowRight':
      toToken(tokenAt.peek() + 1)
      break
    case 'Home':
      toToken(0)
      break
    case 'End':
      toToken(length - 1)
      break
    case 'ArrowDown':
      move(1)
      break
    case 'ArrowUp':
      move(-1)
      break
    case ' ':
      if (isPlaying.peek()) pause()
      else play()
      break
    default:
      return
  }
  event.preventDefault()
}
