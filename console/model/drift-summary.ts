import { h } from "preact";
import type { DriftReport } from "../../core/drift/drift-report.ts";
import { Card, Chip, Hint, Instant, Problem } from "../parts/text.ts";
import { modelPath } from "../platform-api.ts";
import { modelHref } from "../route.ts";
import { usePolled } from "../use-polled.ts";
import { countWords } from "../words.ts";
import type { TabProps } from "./tab-props.ts";
import { VERDICT_TONES } from "./verdict-tones.ts";

/** The verdict of the last drift check, and the way to its report. */
export function DriftSummary({ model, everyMs }: TabProps) {
  const path = `${modelPath(model.model)}/reports/drift`;
  const { data, problem } = usePolled<DriftReport>(path, everyMs);
  return h(
    Card,
    { title: "Last drift check" },
    problem?.status === 404 ? h(Hint, null, "None yet.") : h(Problem, { of: problem }),
    data
      ? h(
          "p",
          { class: "chips" },
          h(Chip, {
            word: data.verdict.replaceAll("-", " "),
            tone: VERDICT_TONES[data.verdict],
          }),
          `${countWords(data.predictions)} predictions`,
          h(Instant, { at: data.createdAt }),
          h("a", { href: modelHref(model.model, "drift") }, "report"),
        )
      : null,
  );
}
