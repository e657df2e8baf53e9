/** What a model's options change of a cell or ask of it, without loading what does and checks that. */

export interface CellSettings {
  readonly activation: string | null
  readonly gateActivation: string | null
  readonly recurrentDropout: number
  readonly zoneout: number
  readonly forgetBias: number
  readonly initialization: string | null
}

const UNCHANGED = { activation: null, gateActivation: null, recurrentDropout: 0, zoneout: 0, forgetBias: 1 }

/** Whether the cell is not the one that was asked for by name, or may lack what these need. */
export const isRewritten = (settings: CellSettings): boolean =>
  settings.initialization === 'chrono' ||
  (Object.keys(UNCHANGED) as (keyof typeof UNCHANGED)[]).some(name => settings[name] !== UNCHANGED[name])

/** A cell's name, as the option table takes it; what is no cell as it is, so that the table's check refuses it. */
export const nameOf = (cell: string | { readonly name: string }): string =>
  (Object(cell).name as string | undefined) ?? (cell as string)
