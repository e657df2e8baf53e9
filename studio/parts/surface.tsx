/**
 * The one focusable surface of a picture: arrow keys move the selection in it, the narrator says what is selected.
 * `application` has screen readers pass the arrow keys on.
 */
import type { HTMLAttributes, Ref } from 'preact'

export interface SurfaceProps extends Omit<HTMLAttributes<HTMLDivElement>, 'label' | 'ref' | 'role' | 'tabIndex'> {
  /** What the picture shows, for who does not see it. */
  readonly label: string
  readonly surface?: Ref<HTMLDivElement>
}

export function Surface({ label, surface = null, children, ...rest }: SurfaceProps) {
  return (
    <div
      {...rest}
      ref={surface}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive by its keys
      tabIndex={0}
    >
      {children}
    </div>
  )
}
