// The list by single keys: from row to row, into a ticket, to the search; and where one came from.
import { keys } from "../keys.js";
import { keepView } from "../view.js";

/** `box` holds the list, `field` is its search. */
export function listKeys(box, field, button) {
  const find = () => {
    field.focus();
    field.select();
  };
  const go = (step) => {
    const rows = [...box.querySelectorAll("li[data-number]")];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    linkIn(row)?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  keepView(box);
  keys(
    [
      ["j", "次の受付票へ", () => go(1)],
      ["k", "前の受付票へ", () => go(-1)],
      ["o", "選んだ受付票を開く", () => linkIn(document.activeElement?.closest("li[data-number]"))?.click()],
      ["x", "選んだ受付票に印をつける・外す(まとめて変える)", () => document.activeElement?.closest("li[data-number]")?.querySelector(".choose")?.click()],
      ["t", "電話・窓口の受付を始める", () => location.assign("/staff/new")],
      ["/", "受付票を探す", find],
    ],
    button,
  );
  if (location.hash === "#find") find();
  else comeBack(box);
}

/** To the row of the ticket one comes from, once it stands there and nothing else was chosen. */
function comeBack(box) {
  const from = document.referrer && new URL(document.referrer);
  const number = from?.origin === location.origin && from.pathname.match(/^\/staff\/tickets\/([0-9-]+)/)?.[1];
  if (!number) return;
  const watch = new MutationObserver(() => {
    if (!box.querySelector("li[data-number]")) return;
    watch.disconnect();
    const row = box.querySelector(`li[data-number="${number}"]`);
    if (!row || document.activeElement !== document.body) return;
    linkIn(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  });
  watch.observe(box, { childList: true, subtree: true });
}

function linkIn(row) {
  return row?.querySelector('a[href^="/staff/tickets/"]');
}
