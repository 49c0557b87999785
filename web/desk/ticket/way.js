// The way from this ticket: through the list one came from, and to its fields by single keys.
import { $ } from "../../kit/dom.js";
import { keys } from "../keys.js";
import { readOn, viewAround } from "../view.js";

const { address } = show();

/** At the end of what is known of a long list it is read on. */
function show() {
  const view = viewAround($("way").dataset.number);
  const { numbers, at, isLong } = view;
  $("way-back").href = view.address;
  if (at >= 0) $("way-turn").textContent = `${at + 1} / ${numbers.length}${isLong ? "+" : ""}`;
  for (const [id, step] of [["way-before", -1], ["way-next", 1]]) {
    const number = at < 0 ? undefined : numbers[at + step];
    $(id).hidden = !number;
    if (number) $(id).href = `/staff/tickets/${number}`;
  }
  if (at >= 0 && at === numbers.length - 1 && isLong) readOn().then((more) => more && show());
  return view;
}

keys(
  [
    ["j", "一覧の次の受付票へ", () => $("way-next").hidden || $("way-next").click()],
    ["k", "一覧の前の受付票へ", () => $("way-before").hidden || $("way-before").click()],
    ["o", "写真を大きく開く", () => document.querySelector("a[data-enlarge]")?.click()],
    ["a", "質問の文へ", () => reach($("question"))],
    ["m", "次の状態へ", () => reach(document.querySelector("#move input[name=to]:checked") ?? document.querySelector("#move input[name=to]"))],
    ["n", "職員のメモへ", () => reach($("memo"))],
    ["/", "一覧で探す", () => location.assign(`${address.split("?")[0] === "/staff/" ? address : "/staff/"}#find`)],
  ],
  $("keys-help"),
);

function reach(field) {
  field?.focus({ preventScroll: true });
  (field?.closest(".card") ?? field)?.scrollIntoView({ block: "nearest" });
  field?.scrollIntoView({ block: "nearest" });
}
