/** Sluice: recurrent neural networks whose cells are their equations. */

export { type Cell, type CellBuilder, type CellDefinition, defineCell } from './cells/define.ts'
export { gru } from './cells/gru.ts'
export { lstm } from './cells/lstm.ts'
export { cellNamed, cells } from './cells/registry.ts'
export { rnn, rnnRelu } from './cells/rnn.ts'
export { readableBytes } from './data/byte-source.ts'
export type { LabelledText } from './data/examples.ts'
export { readWordVectors, type WordVectors as VectorsOfWords } from './data/word-vectors.ts'
export type { Device } from './devices/device.ts'
export {
  DataError,
  type Divergence,
  DivergenceError,
  LifetimeError,
  MemoryError,
  ModelFileError,
  OptionError,
  ShapeError,
  SluiceError,
  type SluiceErrorCode,
  WorkerError,
} from './errors/errors.ts'
export * as formula from './formula/expression.ts'
export { printEquations } from './formula/print.ts'
export { activation, clamp, replace, without } from './formula/rewrites.ts'
export { drawGates, type GateDrawing } from './inspect/draw-gates.ts'
export { drawReport, type ReportDrawing } from './inspect/draw-report.ts'
export { firingOver } from './inspect/firing.ts'
export { gradientOf } from './inspect/gradient.ts'
export { type InspectOptions, inspect, inspectedLayer, intervene } from './inspect/inspect.ts'
export { type Change, changed, changedCell } from './inspect/interventions.ts'
export { halfLifeOf, type LedgerOptions, ledgerOf } from './inspect/ledger.ts'
export { type DirectPath, directPaths } from './inspect/ledger-equations.ts'
export { type PredictionsOptions, predictionsOf } from './inspect/predictions.ts'
export {
  type RecordedLayer,
  type RecordedPath,
  type RecordedQuantity,
  type RecordedText,
  recordReading,
  recordText,
} from './inspect/record.ts'
export type {
  Firing,
  FiringPlace,
  InspectedLayer,
  InspectedPrediction,
  InspectionReport,
  Intervention,
  LabelPrediction,
  Ledger,
  TokenPrediction,
  UnitOfLayer,
} from './inspect/report.ts'
export { type FigureOptions, reportFigure } from './inspect/report-figure.ts'
export { reportPage } from './inspect/report-page.ts'
export { type Reading, readingOf, type Subject } from './inspect/subject.ts'
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts'
export { Linear, type LinearOptions } from './layers/linear.ts'
export { Packed, pack, unpack } from './layers/packed.ts'
export { type PackedOrder, packedOrder, packIds } from './layers/packing.ts'
export { Recurrent } from './layers/recurrent.ts'
export type { RecurrentOptions, RecurrentOutput, RecurrentState } from './layers/recurrent-options.ts'
export { RecurrentStream } from './layers/recurrent-stream.ts'
export { type TableRows, tableRows } from './layers/table-rows.ts'
export { ClassifierNetwork } from './models/classifier-network.ts'
export type { GeneratedToken, GenerateOptions } from './models/generation.ts'
export type { ClassScores, Judgement } from './models/judgement.ts'
export type { LanguageJudgement } from './models/language-judgement.ts'
export { type LanguageEpoch, LanguageModel, type NextToken } from './models/language-model.ts'
export type { LanguageTrainingSummary } from './models/language-model-file.ts'
export type { LanguageText } from './models/language-text.ts'
export type { LanguageTrainOptions } from './models/language-training-options.ts'
export type { SamplingOptions } from './models/sampling.ts'
export { type ClassifierEpoch, type Prediction, TextClassifier, type TrainOptions } from './models/text-classifier.ts'
export type { TrainingSummary } from './models/text-classifier-file.ts'
export type { AnalogyJudgement, SectionJudgement, SimilarityJudgement } from './models/word-vectors/word-judgement.ts'
export { parseWordQuestions, type WordQuestions } from './models/word-vectors/word-questions.ts'
export type { WordVectorSummary } from './models/word-vectors/word-vector-file.ts'
export type { WordVectorTrainOptions } from './models/word-vectors/word-vector-train-options.ts'
export type { WordVectorEpoch } from './models/word-vectors/word-vector-training.ts'
export { type SimilarWord, WordVectors } from './models/word-vectors/word-vectors.ts'
export { startThreads, stopThreads, type Threads } from './platform/browser/threads.ts'
export { keyOf, type RandomKey } from './random/key.ts'
export * from './tensor/index.ts'
export { parseSubwords, type SubwordDocument } from './text/subword-document.ts'
export { loadSubwords } from './text/subword-library.ts'
export { trainSubwords } from './text/subword-training.ts'
export { createTokenizer, type Tokenizer, type TokenizerSettings } from './text/tokenizer.ts'
export { type Averaged, accumulateGradients, groupsOf } from './training/accumulation.ts'
export { balancedClassWeights } from './training/class-weights.ts'
export { gradientNorm } from './training/gradient-norm.ts'
export type { Progress } from './training/loop.ts'
export { OptimizerState, type OptimizerStateOptions, type Parameters } from './training/optimizer-state.ts'
export { defineOptimizer, type Optimizer, type OptimizerDefinition } from './training/optimizers/define.ts'
export { optimizerNamed, optimizers } from './training/optimizers/registry.ts'
export { defineSchedule, type Moment, type Schedule, type ScheduleDefinition } from './training/schedules/define.ts'
export { scheduleNamed, schedules } from './training/schedules/registry.ts'
export { learningRateAt } from './training/schedules/warm-up.ts'
export type { Settings } from './training/settings.ts'
export { LIBRARY_VERSION } from './version.ts'
