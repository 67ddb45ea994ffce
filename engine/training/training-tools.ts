import type { TrainingTools } from "../../core/training/training-tools.ts";
import { openGraph } from "../onnx/open-graph.ts";

/** What training takes from a machine with Node. */
export const TRAINING_TOOLS: TrainingTools = { openGraph };
