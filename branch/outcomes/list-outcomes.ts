/** Decisions with what became of their loans, for whoever compares what a model said with what came of it. */
export { type LabelledDecision, listOutcomes } from '../../db/outcomes.ts';
