import {
  type DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";

/** A put with a condition. @returns false if the condition did not hold. */
export type ConditionalPut = (put: PutCommandInput) => Promise<boolean>;

interface Waiting {
  readonly put: PutCommandInput;
  readonly answer: (sent: Promise<boolean>) => void;
}

/** Each put as a request of its own. */
export function singlePuts(client: DynamoDBDocumentClient): ConditionalPut {
  return async (put) => {
    try {
      await client.send(new PutCommand(put));
      return true;
    } catch (error) {
      if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
      return false;
    }
  };
}

/**
 * Puts that are asked for at about the same time, together in one transaction: several times as many a
 * second, since a request costs more than what it writes. If a condition does not hold, nothing of the
 * transaction is written: each put of it is then sent alone.
 *
 * @param most puts of a transaction, 2 to 100. Source: TransactWriteItems' reference.
 */
export function groupedPuts(client: DynamoDBDocumentClient, most: number): ConditionalPut {
  const single = singlePuts(client);
  let waiting: Waiting[] = [];

  const send = async (group: readonly Waiting[]): Promise<void> => {
    const TransactItems = group.map(({ put: Put }) => ({ Put }));
    const sent = client.send(new TransactWriteCommand({ TransactItems })).then(() => true);
    const isWritten = await sent.catch((error: Error) => {
      if (error.name !== "TransactionCanceledException") throw error;
      return false;
    });
    for (const { put, answer } of group) answer(isWritten ? sent : single(put));
  };
  const flush = () => {
    const all = waiting;
    waiting = [];
    for (const group of groupsOf(all, most)) {
      send(group).catch((error: unknown) => {
        for (const { answer } of group) answer(Promise.reject(error));
      });
    }
  };
  return (put) =>
    new Promise((answer) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ put, answer });
    });
}

// A transaction has at most 4 MB, and each item once. Source: TransactWriteItems' reference.
const MOST_BYTES = 3_000_000;

function groupsOf(all: readonly Waiting[], most: number): readonly (readonly Waiting[])[] {
  const groups: Waiting[][] = [];
  let keys = new Set<string>();
  let bytes = 0;
  for (const one of all) {
    const { pk, sk, bytes: content } = one.put.Item ?? {};
    const key = JSON.stringify([pk, sk]);
    const size = (content as Uint8Array).length;
    const group = groups.at(-1);
    const isFull = group?.length === most || bytes + size > MOST_BYTES || keys.has(key);
    if (group === undefined || isFull) {
      groups.push([one]);
      keys = new Set();
      bytes = 0;
    } else {
      group.push(one);
    }
    keys.add(key);
    bytes += size;
  }
  return groups;
}
