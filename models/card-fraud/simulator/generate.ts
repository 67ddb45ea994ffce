import { simulate } from "./simulate.ts";
import { writeChargebacks, writeTransactions } from "./write.ts";

/**
 * `node models/card-fraud/simulator/generate.ts <folder>` writes transactions.parquet and
 * chargebacks.parquet: two million purchases of four months.
 */
const [folder = "."] = process.argv.slice(2);
const simulation = simulate({ cards: 12_500, days: 120, seed: 1 });
writeTransactions(`${folder}/transactions.parquet`, simulation);
writeChargebacks(`${folder}/chargebacks.parquet`, simulation);
