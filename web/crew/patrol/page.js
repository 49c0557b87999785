// A patrol's page: the map comes when it is asked for, and a press that is on its way is not sent twice.
// What was pressed without signal counts here already: a patrol that waits to begin takes finds, and can end.
import "../../kit/once.js";
import { openMap } from "./open_map.js";

const BEGIN = "/crew/patrol";
const END = "/crew/patrol/end";
const person = document.querySelector('meta[name="michi-person"]')?.content;
const $ = (id) => document.getElementById(id);

openMap();
if (person) showWaiting();

async function showWaiting() {
  const { acts } = await import("../offline/store.js");
  const last = (await acts(person)).findLast(({ action, state }) => state === "waiting" && [BEGIN, END].includes(action));
  if (!last || (last.action === BEGIN && !$("begun"))) return;
  const hasBegun = last.action === BEGIN;
  for (const part of document.querySelectorAll("#begin, .patrol h1")) part.hidden = hasBegun;
  if ($("begun")) $("begun").hidden = !hasBegun;
  else for (const part of [$("end"), $("patrol-bar")]) if (part) part.hidden = true;
  const words = hasBegun ? "巡回中です" : "巡回を終えました";
  $("on-phone").querySelector("span").textContent = `${words}。この電話に保存してあり、電波が届くと送ります。`;
  $("on-phone").hidden = false;
}
