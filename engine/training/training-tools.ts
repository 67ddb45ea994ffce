import type { TrainingTools } from "../../core/training/training-tools.ts";
import { openGraph } from "../onnx/open-graph.ts";
import { threadedRows } from "./threaded-rows.ts";

/** What training takes from a machine with Node. */
export const TRAINING_TOOLS: TrainingTools = { kernels: threadedRows(), openGraph };
