/** A durable queue, delivered at least once: SQS; locally a file that survives a crash. */
export interface Queue {
  /** Resolves when the message is safe. */
  send(body: string): Promise<void>;
}
