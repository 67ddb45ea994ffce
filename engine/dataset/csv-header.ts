/** Names in the first record of a csv file (RFC 4180: quotes may hold commas, quotes and line ends). */
export function csvHeader(text: string): readonly string[] {
  const names: string[] = [];
  let name = "";
  let quoted = false;
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i);
    if (quoted) {
      if (character !== '"') name += character;
      else if (text.charAt(i + 1) === '"') name += text.charAt(i++);
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "\n" || character === "\r") break;
    else if (character === ",") {
      names.push(name);
      name = "";
    } else name += character;
  }
  return [...names, name];
}
