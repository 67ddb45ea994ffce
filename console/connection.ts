import { useEffect, useState } from "preact/hooks";

/** Whether the platform answers: known from the last request, whichever part of the page sent it. */
let since: Date | undefined;
const changed = new EventTarget();

export function reportAnswered(): void {
  if (since === undefined) return;
  since = undefined;
  changed.dispatchEvent(new Event("change"));
}

export function reportSilent(): void {
  if (since !== undefined) return;
  since = new Date();
  changed.dispatchEvent(new Event("change"));
}

/** Since when the platform has not answered; `undefined` while it does. */
export function useSilentSince(): Date | undefined {
  const [value, setValue] = useState(since);
  useEffect(() => {
    const update = () => setValue(since);
    changed.addEventListener("change", update);
    return () => changed.removeEventListener("change", update);
  }, []);
  return value;
}
