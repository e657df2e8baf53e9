/** A share as a bar and in per cent. */
export const percent = (share: number, digits = 0): string => `${(100 * share).toFixed(digits)} %`

/** With a real minus, and none before a zero. */
export const signedPercent = (share: number): string => signed((100 * share).toFixed(0), ' %')

/** To two digits. */
export const signedNumber = (value: number): string => signed(value.toFixed(2), '')

const signed = (digits: string, end: string): string =>
  `${/^-[0.]+$/.test(digits) ? digits.slice(1) : digits.replace('-', '−')}${end}`

export function ShareBar({ share, label, colour }: { share: number; label?: string; colour?: string }) {
  return (
    <span class="share-bar">
      <span class="track" aria-hidden="true">
        <i
          style={{
            transform: `scaleX(${Math.min(1, Math.max(0, share)).toFixed(4)})`,
            ...(colour && { backgroundColor: colour }),
          }}
        />
      </span>
      <span class="number">{label ?? percent(share)}</span>
    </span>
  )
}
