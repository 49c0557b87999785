// What the next words are said about: a message of the talk, shown above the bar until they are sent.

import { $ } from "./dom.js";
import { preview } from "./message.js";

let quoted = null;

/** The next words are about this entry; null for about none. */
export function quote(entry) {
  quoted = entry;
  $("quoting").hidden = !entry;
  $("quoted").textContent = entry ? preview(entry).split("\n")[0] : "";
  if (entry) $("words").focus();
}

/** The id of what is quoted, which is sent with the next words and then forgotten. */
export const quotedId = () => quoted?.messageId;

/** Wire the button that ends it. */
export function startQuoting() {
  $("unquote").addEventListener("click", () => (quote(null), $("words").focus()));
}
