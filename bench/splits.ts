import type { LabelledFrame } from "../core/training/training-frame.ts";

/** What is trained on, and what it is measured on. */
export interface Splits {
  readonly train: LabelledFrame;
  readonly test: LabelledFrame;
}
