/**
 * Answers for each item, in the items' order, so many at a time; the first that fails fails all.
 *
 * @param limit at least 1
 */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  limit: number,
  answer: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const entries = items.entries();
  const worker = async () => {
    for (const [i, item] of entries) answers[i] = await answer(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return answers;
}
