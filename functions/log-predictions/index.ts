import { predictionsParquet } from "../../engine/predictions/predictions-parquet.ts";
import { sha256 } from "../../engine/sha256.ts";
import { awsObjectStore } from "../wiring/adapters.ts";
import { makeHandler } from "./handler.ts";

export const handler = makeHandler({
  store: awsObjectStore(),
  encode: predictionsParquet,
  sha256,
  log: (line) => console.log(JSON.stringify(line)),
});
