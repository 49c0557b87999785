// What was just done or has just come, on top of the list wherever one has scrolled to, until it is put away.
import { $, made } from "../../kit/dom.js";

/** An urgent ticket that came: its words lead to it. */
export function tellUrgent(words, number) {
  const link = made("a", "", words);
  link.href = `/crew/tickets/${number}`;
  const line = made("p", "notice bad");
  line.setAttribute("role", "alert");
  line.append(link);
  $("told").replaceChildren(line);
  letClose();
}

/** A button beside what stands there. */
export function letClose() {
  const told = $("told");
  if (!told.querySelector(".notice") || told.querySelector(".close")) return;
  const close = made("button", "close", "閉じる");
  close.type = "button";
  close.addEventListener("click", () => told.replaceChildren());
  told.append(close);
}
