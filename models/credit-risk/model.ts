import { defineModel } from "../../core/definition/define-model.ts";
import { censusRegion } from "./census-region.ts";

const money = { type: "number", role: "feature", unit: "USD", min: 0 } as const;
const count = { type: "integer", role: "feature", min: 0 } as const;
const percent = { type: "number", role: "feature", unit: "%", min: 0, max: 200 } as const;

/** Will a consumer loan go bad? */
export const model = defineModel({
  name: "credit-risk",
  owner: "lending",
  description:
    "Probability that a consumer loan goes bad, from what is known when it is applied for",
  source: {
    format: "csv",
    files: [{ name: "lending_club.csv", from: "lending_club.csv" }],
  },
  fields: {
    funded_amnt: money,
    term: { type: "category", role: "feature", values: ["term_36", "term_60"] },
    int_rate: { ...percent, description: "Interest rate a year" },
    sub_grade: { type: "category", role: "feature", maxLength: 2, description: "A1 to G5" },
    addr_state: { type: "category", role: "entity", maxLength: 2, description: "US state" },
    verification_status: { type: "category", role: "feature" },
    annual_inc: money,
    emp_length: { type: "category", role: "feature" },
    delinq_2yrs: count,
    inq_last_6mths: count,
    revol_util: { ...percent, description: "Used share of revolving credit" },
    acc_now_delinq: count,
    open_il_6m: count,
    open_il_12m: count,
    open_il_24m: count,
    total_bal_il: money,
    all_util: percent,
    inq_fi: count,
    inq_last_12m: count,
    delinq_amnt: money,
    num_il_tl: count,
    total_il_high_credit_limit: money,
    Class: { type: "category", role: "outcome", values: ["good", "bad"] },
  },
  target: { name: "is_bad", type: "binary", from: ["Class"], expression: "\"Class\" = 'bad'" },
  rowFeatures: {
    // Where an applicant lives must not decide; it is kept to compare groups only.
    region: {
      type: "category",
      from: ["addr_state"],
      input: false,
      compute: ({ addr_state }) => censusRegion(addr_state),
    },
  },
  example: {
    funded_amnt: 16100,
    term: "term_36",
    int_rate: 13.99,
    sub_grade: "C4",
    addr_state: "CT",
    verification_status: "Not_Verified",
    annual_inc: 35000,
    emp_length: "emp_5",
    delinq_2yrs: 0,
    inq_last_6mths: 0,
    revol_util: 67.4,
    acc_now_delinq: 0,
    open_il_6m: 1,
    open_il_12m: 0,
    open_il_24m: 0,
    total_bal_il: 1099,
    all_util: 48,
    inq_fi: 0,
    inq_last_12m: 3,
    delinq_amnt: 0,
    num_il_tl: 3,
    total_il_high_credit_limit: 13193,
  },
  split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
  candidates: [
    {
      name: "scorecard",
      family: "scorecard",
      // Points fall as the rate rises. Wide bins: 299 bad loans are all that there are to learn from.
      parameters: {
        l2: 10,
        minBinShare: 0.1,
        minCategoryShare: 0.03,
        monotone: { int_rate: "descending" },
      },
    },
    {
      name: "boosting",
      family: "gradient-boosting",
      // Risk rises with the rate.
      parameters: {
        trees: 500,
        leaves: 4,
        learningRate: 0.03,
        minLeafRows: 50,
        rowShare: 0.8,
        columnShare: 0.5,
        l2: 10,
        categoryL2: 50,
        categorySmoothing: 50,
        earlyStoppingRounds: 50,
        monotone: { int_rate: 1 },
      },
    },
    {
      name: "logistic",
      family: "logistic-regression",
      parameters: { l2: 30 },
      // One coefficient for the order of the 35 grades instead of one each; doublings of money, not dollars.
      transforms: [
        { how: "ordinal", columns: ["sub_grade"], order: "alphabet" },
        {
          how: "power",
          by: "log",
          columns: [
            "funded_amnt",
            "annual_inc",
            "total_bal_il",
            "delinq_amnt",
            "total_il_high_credit_limit",
          ],
        },
      ],
    },
  ],
  calibration: { method: "platt" },
  // In what one good loan earns: a good one refused costs 1, a bad one granted 10.
  threshold: { choose: "cost", falsePositive: 1, falseNegative: 10 },
  evaluation: {
    slices: ["term", "verification_status", "annual_inc"],
    protectedGroups: ["region"],
    favourableClass: 0,
  },
  gates: {
    maxQuarantineShare: 0.01,
    absolute: [
      { metric: "rocAuc", min: 0.62 },
      { metric: "calibrationError", max: 0.05 },
    ],
    champion: [{ metric: "rocAuc", maxRegression: 0.01 }],
    fairness: [
      { column: "region", measure: "demographicParityDifference", max: 0.15 },
      { column: "region", measure: "disparateImpact", min: 0.7 },
    ],
  },
  seed: 1,
});
