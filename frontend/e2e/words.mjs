// The product's own words, from its catalogue: the walk looks for what a person would read, and a
// change of wording does not break it.

import { readFileSync, readdirSync } from "node:fs";

const rooms = new URL("../../crates/ui/messages/en/", import.meta.url);
const catalogue = readdirSync(rooms).map((room) => readFileSync(new URL(room, rooms), "utf8")).join("\n");
const messages = new Map(
  [...catalogue.matchAll(/^([a-z][a-z0-9-]*) = (.+)$/gm)].map(([, key, text]) => [key, text.trim()]),
);

/** The message's text as it is written; the first of these keys that exists. */
export function words(...keys) {
  const key = keys.find((it) => messages.has(it));
  if (key === undefined) throw new Error(`the catalogue has none of ${keys.join(", ")}`);
  return messages.get(key);
}

/** A pattern for the whole text: anything where it has arguments, and perhaps a key shown behind. */
export function say(...keys) {
  return new RegExp(`^\\s*${pattern(words(...keys))}(\\s+[A-Z?/]|\\s+Ctrl ↵)?\\s*$`);
}

/** A pattern for the text anywhere in a longer one. */
export function within(...keys) {
  return new RegExp(pattern(words(...keys)));
}

function pattern(text) {
  const literal = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.split(/\{[^}]*\}/).map(literal).join(".+");
}
