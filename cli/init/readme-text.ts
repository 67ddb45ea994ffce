import type { SuggestedModel } from "../../engine/init/suggest-model.ts";
import type { NewModel } from "./model-text.ts";

/** The text of a model's README, with what only its owner knows left open. */
export const readmeText = (model: SuggestedModel, { name, file }: NewModel): string => `# ${name}

Predicts \`${model.target.column.name}\` of a row of \`${file}\` (${model.rows} rows, ${model.columns.length} columns).

**Data.** Where it is from, who owns it, what a row is, under which licence: to be written.

**Before the first use.**

- Is \`${model.target.column.name}\` what is to be predicted?
- Is each field with role feature known when a prediction is asked for? Those that look otherwise are marked in \`model.ts\`.
- Which bounds must a version keep? Write them into \`gates\`.

**What was found.** To be written after the first run.
`;
