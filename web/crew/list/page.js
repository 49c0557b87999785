// The crew's list: in the order of today, as rows or as a map, and always as it stands now.
import { $ } from "../../kit/dom.js";
import { keep, kept } from "../../kit/storage.js";
import { letChoose } from "./choose.js";
import { fresh, keepAsking, takePage } from "./news.js";
import { arrange, followOrder, here, takeOrder } from "./way.js";

const KEPT = "michi-crew-mine";
const only = $("only");
const showMap = $("show-map");
let map = null;

document.documentElement.classList.add("scripted");
only.setAttribute("role", "button");
sayOnly(kept(KEPT) ? kept(KEPT) === "yes" : only.hasAttribute("aria-current") || $("list").dataset.packed > 0);
only.addEventListener("click", (event) => {
  event.preventDefault();
  keep(KEPT, isOnly() ? "no" : "yes");
  sayOnly(!isOnly());
  draw();
});
takeOrder();
followOrder(() => document.body.classList.contains("choosing") || draw()); // nothing moves under a finger that chooses
letChoose((html) => takePage(html, draw));
draw();
keepAsking(draw);
if (showMap) {
  showMap.hidden = false;
  $("choose").addEventListener("click", () => turnMap(false));
  showMap.addEventListener("click", () => turnMap($("map-box").hidden));
}

function draw() {
  const tickets = arrange(fresh(), isOnly());
  map?.show(tickets, here());
}

async function turnMap(on) {
  const drawing = showMap.querySelector("use");
  drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, on ? "#list" : "#pin"));
  showMap.querySelector("span").textContent = on ? "一覧" : "地図";
  document.body.classList.toggle("mapped", on);
  $("map-box").hidden = !on;
  if (!on) return;
  try {
    const { crewMap } = await import("./map.js");
    map ??= await crewMap($("map"));
    draw();
  } catch {
    $("said").textContent = "地図を読み込めませんでした。電波の良い所で、もう一度押してください。";
    turnMap(false);
  }
}

function isOnly() {
  return only.getAttribute("aria-pressed") === "true";
}

function sayOnly(on) {
  only.removeAttribute("aria-current");
  only.setAttribute("aria-pressed", String(on));
}
