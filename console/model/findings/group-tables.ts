import { h } from "preact";
import type { GroupFairness, GroupRates } from "../../../core/run/evaluation-results.ts";
import type { RunReport } from "../../../core/run/run-report.ts";
import { type Column, Table } from "../../parts/table.ts";
import { Facts, Hint } from "../../parts/text.ts";
import { countWords } from "../../words.ts";
import { rateWords } from "./findings-words.ts";

const COLUMNS: readonly Column<GroupRates>[] = [
  { name: "Group", cell: ({ group }) => group ?? "(missing)" },
  { name: "Rows", isNumber: true, cell: ({ rows }) => countWords(rows) },
  { name: "Selected", isNumber: true, cell: ({ selectionRate }) => rateWords(selectionRate) },
  {
    name: "True positives",
    isNumber: true,
    cell: ({ truePositiveRate }) => rateWords(truePositiveRate),
  },
  {
    name: "False positives",
    isNumber: true,
    cell: ({ falsePositiveRate }) => rateWords(falsePositiveRate),
  },
  { name: "Of the class", isNumber: true, cell: ({ baseRate }) => rateWords(baseRate) },
];

/** What was predicted for each protected group, and how far the groups are apart. */
export function GroupTables({ report: { fairness = [] } }: { readonly report: RunReport }) {
  if (fairness.length === 0) return null;
  return h(
    "section",
    null,
    h("h3", null, "Protected groups"),
    fairness.map((of) => h(Groups, { key: of.column, of })),
  );
}

function Groups({ of }: { readonly of: GroupFairness }) {
  const { column, favourable, minRows, groups, measures } = of;
  return h(
    "div",
    null,
    h(
      Hint,
      null,
      `Groups of ${column}; class ${favourable} is good for the person, groups of fewer than ${minRows} rows are not compared.`,
    ),
    h(Table<GroupRates>, {
      label: `Groups of ${column}`,
      columns: COLUMNS,
      rows: groups,
      keyOf: ({ group }) => JSON.stringify(group),
    }),
    h(Facts, {
      of: [
        ["Demographic parity difference", rateWords(measures.demographicParityDifference)],
        ["Equal opportunity difference", rateWords(measures.equalOpportunityDifference)],
        ["Equalised odds difference", rateWords(measures.equalisedOddsDifference)],
        ["Disparate impact", rateWords(measures.disparateImpact)],
      ],
    }),
  );
}
