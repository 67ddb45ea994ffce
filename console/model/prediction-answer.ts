import { h } from "preact";
import type { PredictionsAnswer } from "../answers.ts";
import { answerHead, answerLines } from "./answer-words.ts";
import { reasonLines } from "./reason-words.ts";

/** What the endpoint answered to one instance, and which features it could not have. */
export function AnswerOutput(props: {
  readonly answer: PredictionsAnswer;
  readonly target: string;
}) {
  const { answer, target } = props;
  const [prediction] = answer.predictions;
  if (!prediction) return null;
  const reasons = answer.explanations?.rows[0]?.reasons;
  return h(
    "output",
    { class: "answer" },
    h("strong", null, `${target}: ${answerHead(prediction)}`),
    answerLines(prediction).map((line) => h("span", { key: line }, line)),
    (reasons ? reasonLines(reasons) : []).map((line) => h("span", { key: line }, line)),
    h(
      "span",
      { class: "hint" },
      `version ${answer.version}, prediction `,
      h("code", null, prediction.predictionId),
    ),
    (answer.fallbacks ?? []).map(({ feature, reason, used }) =>
      h(
        "span",
        { class: "fallback", key: `${feature} ${reason}` },
        `${feature} could not be had: ${reason}; used ${used ?? "missing"}`,
      ),
    ),
  );
}
