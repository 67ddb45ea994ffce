/** Purchases as columns that grow; one row each, in the order in which they were made up. */
export interface Purchases {
  readonly rows: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly timeMs: Float64Array;
  /** Place in the world's cards and merchants. */
  readonly card: Uint32Array;
  readonly merchant: Uint32Array;
  /** EUR, to the cent. */
  readonly amount: Float64Array;
  /** 1 for a purchase that the card's holder did not make. */
  readonly fraud: Uint8Array;
}

export interface Purchase {
  readonly timeMs: number;
  readonly card: number;
  readonly merchant: number;
  readonly amount: number;
  readonly fraud: boolean;
}

/** Where purchases are added to. */
export interface PurchaseLog {
  add(purchase: Purchase): void;
  /** All of them, ordered by time. */
  sorted(): Purchases;
  /** Those so far, as they were added. */
  each(visit: (card: number, merchant: number, timeMs: number) => void): void;
}

export function purchaseLog(): PurchaseLog {
  let capacity = 1 << 16;
  let rows = 0;
  let columns = emptyColumns(capacity);
  const grow = () => {
    capacity *= 2;
    const larger = emptyColumns(capacity);
    for (const name of NAMES) larger[name].set(columns[name]);
    columns = larger;
  };
  return {
    add({ timeMs, card, merchant, amount, fraud }) {
      if (rows === capacity) grow();
      columns.timeMs[rows] = Math.floor(timeMs / 1_000) * 1_000;
      columns.card[rows] = card;
      columns.merchant[rows] = merchant;
      columns.amount[rows] = Math.max(0.5, Math.round(amount * 100) / 100);
      columns.fraud[rows] = fraud ? 1 : 0;
      rows++;
    },
    sorted() {
      const { timeMs, card, merchant, amount, fraud } = columns;
      const order = new Uint32Array(rows).map((_, i) => i);
      order.sort((a, b) => (timeMs[a] as number) - (timeMs[b] as number) || a - b);
      const taken = emptyColumns(rows);
      order.forEach((from, to) => {
        taken.timeMs[to] = timeMs[from] as number;
        taken.card[to] = card[from] as number;
        taken.merchant[to] = merchant[from] as number;
        taken.amount[to] = amount[from] as number;
        taken.fraud[to] = fraud[from] as number;
      });
      return { rows, ...taken };
    },
    each(visit) {
      const { card, merchant, timeMs } = columns;
      for (let i = 0; i < rows; i++) {
        visit(card[i] as number, merchant[i] as number, timeMs[i] as number);
      }
    },
  };
}

const NAMES = ["timeMs", "card", "merchant", "amount", "fraud"] as const;

const emptyColumns = (length: number) => ({
  timeMs: new Float64Array(length),
  card: new Uint32Array(length),
  merchant: new Uint32Array(length),
  amount: new Float64Array(length),
  fraud: new Uint8Array(length),
});
