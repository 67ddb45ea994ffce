import { byteLabels, type CategoryColumn, type LabelledFrame } from "../training/training-frame.ts";
import type { DatasetBaseline, Profile } from "./baseline.ts";
import { profileCategories, profileNumbers } from "./profile.ts";

/** The baseline of a dataset: profiles of every model input and of the label, from its training split. */
export function datasetBaseline(train: LabelledFrame): DatasetBaseline {
  const features = train.columns.map((column): readonly [string, Profile] => [
    column.name,
    column.kind === "number" ? profileNumbers(column.values) : categoryProfile(column),
  ]);
  const positives = byteLabels(train.labels).reduce((sum, label) => sum + label, 0);
  const classes = [
    ["0", train.rows - positives],
    ["1", positives],
  ] as const;
  return {
    rows: train.rows,
    features: Object.fromEntries(features),
    label: profileCategories(
      classes.filter(([, count]) => count > 0),
      0,
    ),
  };
}

function categoryProfile({ codes, dictionary }: CategoryColumn) {
  const counts = new Uint32Array(dictionary.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code] = (counts[code] as number) + 1;
  }
  const named = dictionary.map((text, code) => [text, counts[code] as number] as const);
  return profileCategories(
    named.filter(([, count]) => count > 0),
    missing,
  );
}
