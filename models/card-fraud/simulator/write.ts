import { type BasicType, fileWriter, parquetWriteRows } from "hyparquet-writer";
import type { Simulation } from "./simulate.ts";
import { CATEGORIES, type Merchant } from "./world.ts";

type Row = Readonly<Record<string, string | number | boolean | Date | null>>;

/** Number of a purchase as the text that identifies it. */
const purchaseId = (row: number): string => `p${String(row).padStart(7, "0")}`;

/** Every purchase, by time: what was known when it was made, and whether its holder disputed it later. */
export function writeTransactions(path: string, simulation: Simulation): void {
  writeRows(path, transactions(simulation), {
    transaction: "STRING",
    time: "TIMESTAMP",
    card: "STRING",
    merchant: "STRING",
    category: "STRING",
    amount: "DOUBLE",
    online: "BOOLEAN",
    latitude: "DOUBLE",
    longitude: "DOUBLE",
    disputed: "BOOLEAN",
  });
}

/** Every dispute, by the time when the bank learnt of it: days after the purchase. */
export function writeChargebacks(path: string, simulation: Simulation): void {
  writeRows(path, chargebacks(simulation), {
    transaction: "STRING",
    reported: "TIMESTAMP",
    card: "STRING",
    merchant: "STRING",
    amount: "DOUBLE",
  });
}

/** A group of rows at a time, so that memory does not grow with the file. */
function writeRows(
  path: string,
  rows: Iterable<Row>,
  types: Readonly<Record<string, BasicType>>,
): void {
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  parquetWriteRows({ writer: fileWriter(path), rows, columns });
}

function* transactions(simulation: Simulation): Generator<Row> {
  const { purchases, reportedMs } = simulation;
  for (let row = 0; row < purchases.rows; row++) {
    const { card, merchant } = partiesOf(simulation, row);
    yield {
      transaction: purchaseId(row),
      time: new Date(purchases.timeMs[row] as number),
      card,
      merchant: merchant.id,
      category: CATEGORIES[merchant.category]?.name ?? null,
      amount: purchases.amount[row] as number,
      online: merchant.online,
      // an online shop is nowhere
      latitude: merchant.online ? null : merchant.place.latitude,
      longitude: merchant.online ? null : merchant.place.longitude,
      disputed: !Number.isNaN(reportedMs[row]),
    };
  }
}

function* chargebacks(simulation: Simulation): Generator<Row> {
  const { purchases, reportedMs } = simulation;
  const reported = [...reportedMs.keys()]
    .filter((row) => !Number.isNaN(reportedMs[row]))
    .sort((a, b) => (reportedMs[a] as number) - (reportedMs[b] as number) || a - b);
  for (const row of reported) {
    const { card, merchant } = partiesOf(simulation, row);
    yield {
      transaction: purchaseId(row),
      reported: new Date(reportedMs[row] as number),
      card,
      merchant: merchant.id,
      amount: purchases.amount[row] as number,
    };
  }
}

function partiesOf({ world, purchases }: Simulation, row: number) {
  const card = world.cards[purchases.card[row] as number];
  const merchant: Merchant | undefined = world.merchants[purchases.merchant[row] as number];
  if (card === undefined || merchant === undefined) throw new Error(`row ${row} is of nobody`);
  return { card: card.id, merchant };
}
