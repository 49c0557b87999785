// A page that lay on the phone says what it knew then: whether a patrol runs is said as the phone knows it now.
import { made } from "../../kit/dom.js";
import { acts, fact } from "./store.js";

const PATROL = "/crew/patrol";
const FIND = "/crew/patrol/find";

/** Puts the line on top of a kept page, or takes it away. */
export async function showPatrol(person) {
  if (!("kept" in document.body.dataset)) return;
  const runs = await isRunning(person);
  const bar = document.querySelector(".patrol-bar");
  if (!runs) bar?.remove();
  if (!runs || bar || location.pathname.startsWith(PATROL)) return;
  const line = made("aside", "patrol-bar");
  line.setAttribute("aria-label", "巡回中");
  line.append(leading(PATROL, "patrol-now", "巡回中"), leading(FIND, "button", "見つけた"));
  document.querySelector(".top").after(line);
}

/** As the server said last, and as what waits will have made it. */
async function isRunning(person) {
  const waiting = (await acts(person)).filter(({ state }) => state === "waiting");
  const last = waiting.findLast(({ action }) => [PATROL, `${PATROL}/end`].includes(action));
  return last ? last.action === PATROL : Boolean((await fact(`kept:${person}`))?.patrol);
}

function leading(address, kind, words) {
  const link = made("a", kind, words);
  link.href = address;
  return link;
}
