/** Slow motion: one equation after the other. */
import { effect, signal } from '@preact/signals'
import { begin, fields, isOpen, move } from './state.ts'

/** For one equation at the speed 1. */
const EQUATION_MS = 1100

export const isPlaying = signal(false)
let timer: ReturnType<typeof setTimeout> | undefined

export function play(): void {
  begin()
  isPlaying.value = true
  wait()
}

export function pause(): void {
  clearTimeout(timer)
  isPlaying.value = false
}

function wait(): void {
  clearTimeout(timer)
  timer = setTimeout(() => {
    if (move(fields.way.peek() === 'back' ? -1 : 1)) wait()
    else pause()
  }, EQUATION_MS / Number(fields.speed.peek()))
}

effect(() => {
  if (!isOpen.value) pause()
})
