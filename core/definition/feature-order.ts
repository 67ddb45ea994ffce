/**
 * The order in which row features can be computed: each behind those that it reads.
 *
 * @returns `order`, names; and where some read themselves through each other `circle`, the first such
 *   round from a name back to itself, else empty. Only without a circle does `order` hold all.
 */
export function featureOrder(
  rowFeatures: Readonly<Record<string, { readonly from: readonly string[] }>>,
): { readonly order: readonly string[]; readonly circle: readonly string[] } {
  const order: string[] = [];
  const path: string[] = [];
  let circle: readonly string[] = [];
  const visit = (name: string): void => {
    if (circle.length > 0 || order.includes(name)) return;
    const before = path.indexOf(name);
    if (before >= 0) {
      circle = [...path.slice(before), name];
      return;
    }
    path.push(name);
    for (const read of (rowFeatures[name] as { readonly from: readonly string[] }).from) {
      if (Object.hasOwn(rowFeatures, read)) visit(read);
    }
    path.pop();
    if (circle.length === 0) order.push(name);
  };
  for (const name of Object.keys(rowFeatures).sort()) visit(name);
  return { order, circle };
}
