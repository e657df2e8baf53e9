/**
 * Defining a schedule: how the learning rate goes over a training.
 *
 * A schedule is a pure function of where training is. It keeps nothing from call to call, so a resumed training has the
 * rates of the unbroken one.
 */
import { completeSettings, type Limits, type Settings } from '../settings.ts'

/** Where training is, before a step. */
export interface Moment {
  /** The step to be made, from 1, counted over all epochs. */
  readonly step: number
  /** Steps of all epochs together. */
  readonly steps: number
  /** The epoch that the step belongs to, from 1. */
  readonly epoch: number
  readonly epochs: number
  /** Of the epochs done, in order. */
  readonly validationLosses: readonly number[]
}

export interface ScheduleDefinition<S extends object> {
  readonly name: string
  /** In one line, for the help text. */
  readonly about: string
  /** The settings with their defaults. */
  readonly defaults: S
  /** Of numbers; those without have to be finite and at least 0. */
  readonly limits?: Limits<S>
  /** What the learning rate is multiplied with. */
  factor(moment: Moment, settings: S): number
}

export interface Schedule<S extends object = Settings> {
  readonly name: string
  readonly about: string
  /** All of them, defaults included: what a checkpoint keeps beside the name. */
  readonly settings: S
  /** What the learning rate is multiplied with, 0 … 1. */
  factor(moment: Moment): number
  /**
   * The schedule with other settings; those not given stay.
   *
   * @throws {OptionError} an unknown setting, or a value out of range.
   */
  with(settings: Partial<S>): Schedule<S>
}

/** Makes a schedule. The built-in ones stand in this folder, one file each. */
export function defineSchedule<S extends object>(definition: ScheduleDefinition<S>): Schedule<S> {
  return scheduleOf(definition, definition.defaults)
}

function scheduleOf<S extends object>(definition: ScheduleDefinition<S>, settings: S): Schedule<S> {
  const { name, about, limits = {} } = definition
  return {
    name,
    about,
    settings,
    factor: moment => definition.factor(moment, settings),
    with: given => scheduleOf(definition, completeSettings(`schedule ${name}`, settings, limits as Limits<S>, given)),
  }
}
