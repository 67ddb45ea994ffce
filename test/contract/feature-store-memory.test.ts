import { memoryFeatureStore, memoryItems } from "../fixtures/features/memory-feature-store.ts";
import { featureStoreContract } from "./feature-store.ts";

featureStoreContract("memory", async (nowMs) => {
  const items = memoryItems();
  let ids = 0;
  const made = () =>
    memoryFeatureStore({ clock: () => nowMs, items, newId: () => `${nowMs}-${ids++}` });
  return { store: made(), other: made() };
});
