/** A picture with its heading and legend, and the ways to keep it. */
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { dictionary } from '../shell/language.ts'
import { narrated } from '../shell/narrator.tsx'
import { pictureOf, pngOf, saveFile } from './save.ts'

const words = dictionary(
  { save: (title: string, kind: string) => `Save “${title}” as ${kind}` },
  { save: (title, kind) => `把“${title}”存为 ${kind}` },
)

export interface FigureProps {
  readonly title: string
  /** Of the file that it is saved as, without its end. */
  readonly name: string
  /** Beside the heading: a legend, a choice. */
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}

export function Figure({ title, name, aside, children }: FigureProps) {
  const figure = useRef<HTMLElement>(null)
  const svg = () => pictureOf(figure.current as HTMLElement, title, narrated.peek())
  const saveSvg = async () => saveFile(`${name}.svg`, await svg(), 'image/svg+xml')
  const savePng = async () => saveFile(`${name}.png`, await pngOf(await svg()), 'image/png')
  return (
    <figure ref={figure} class="figure">
      <figcaption>
        <h2>{title}</h2>
        {aside}
        <span class="figure-save" data-not-saved>
          <button type="button" class="quiet" aria-label={words.value.save(title, 'SVG')} onClick={saveSvg}>
            SVG
          </button>
          <button type="button" class="quiet" aria-label={words.value.save(title, 'PNG')} onClick={savePng}>
            PNG
          </button>
        </span>
      </figcaption>
      {children}
    </figure>
  )
}
