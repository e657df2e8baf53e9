/** What the Walk view asks. */
export { stepperAnswers as answers } from '../worker/stepper.ts'
