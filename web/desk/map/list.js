// The list beside the map: what wants attention first, then nobody's tickets, then the order of work.
import { made } from "../../kit/dom.js";
import { boxOf } from "./choosing.js";
import { noneWords } from "./lines.js";

const drawn = new WeakMap(); // rows by their tickets
const SORTED = 2; // parts of a rank, where the order is not that of work

/**
 * Draws the tickets anew into `box`, keeping the focus and the place where they were. `fresh` has
 * what is new by number; `whole`: no more follow, so that they can be counted; `typed`: what was searched for.
 * `late`: of `lates` that are closed and want attention the first ones; `lateQuery()`: what lists all of them.
 */
export function drawList(box, tickets, fresh, { whole, typed, late, lates, lateQuery }) {
  const focused = document.activeElement?.closest?.("li[data-number]")?.dataset.number;
  const byWork = tickets.length > 0 && tickets[0].rank.length > SORTED;
  const wanting = tickets.filter(({ rank }) => byWork && !rank[0]);
  const calm = tickets.filter(({ rank }) => !byWork || rank[0]);
  const nobodys = calm.filter((ticket) => byWork && ticket.nobody);
  const others = calm.filter((ticket) => !byWork || !ticket.nobody);
  const scroller = box.parentElement;
  const scrolled = scroller.scrollTop;
  box.replaceChildren(
    ...group("完了・終了したもので要対応", late, fresh, "wanting-head", late.length === lates),
    ...(lates > late.length ? [allLate(lateQuery())] : []),
    ...group("要対応", wanting, fresh, "wanting-head", whole || calm.length),
    ...group("担当課未定", nobodys, fresh, "nobody-head", whole || others.length),
    ...group(nobodys.length ? "担当課あり" : wanting.length ? "そのほか" : "", others, fresh, "", whole),
  );
  if (!tickets.length) box.append(made("p", "soft pad", noneWords(typed)), noConditions());
  scroller.scrollTop = scrolled;
  if (focused) box.querySelector(`li[data-number="${focused}"] a`)?.focus({ preventScroll: true });
}

function allLate(query) {
  const link = made("a", "button quiet more", "完了・終了したもので要対応のものをすべて見る");
  link.href = `/staff/?${query}`;
  return link;
}

function noConditions() {
  const button = made("button", "quiet more", "条件をすべて外す");
  button.type = "button";
  button.addEventListener("click", () => document.getElementById("no-filters").click());
  return button;
}

/** The same facts as a card for the map's popup. */
export function cardOf(ticket, { picture = true } = {}) {
  const card = made("div", "ticket-card");
  if (picture && ticket.photo) card.append(pictureOf(ticket));
  const link = made("a", "", "受付票を開く");
  link.href = `/staff/tickets/${ticket.number}`;
  card.append(chips(ticket, false), what(ticket), rest(ticket), link);
  return card;
}

function group(title, tickets, fresh, kind, counted) {
  if (!tickets.length) return [];
  const list = made("ul");
  list.append(...tickets.map((ticket) => itemOf(ticket, fresh.has(ticket.number))));
  return title ? [made("h3", kind, counted ? `${title} ${tickets.length}件` : title), list] : [list];
}

/** The same row for as long as nothing of it has changed. */
function itemOf(ticket, isFresh) {
  const kept = drawn.get(ticket);
  if (kept?.isFresh === isFresh) return kept.item;
  const item = rowOf(ticket, isFresh);
  drawn.set(ticket, { item, isFresh });
  return item;
}

function rowOf(ticket, isFresh) {
  const item = made("li", ticket.urgent ? "urgent" : "");
  Object.assign(item.dataset, { number: ticket.number, rank: ticket.rank.join() });
  const link = made("a");
  link.href = `/staff/tickets/${ticket.number}`;
  const text = made("span", "text");
  text.append(chips(ticket, isFresh), what(ticket), rest(ticket));
  link.append(ticket.photo ? pictureOf(ticket) : noPicture(), text);
  item.append(link, boxOf(ticket.number));
  return item;
}

function chips(ticket, isFresh) {
  const row = made("span", "chips");
  if (isFresh) row.append(made("span", "mark fresh", "新着"));
  if (ticket.unread) row.append(marked("mark unread", "speech", "返信あり"));
  if (ticket.silent) row.append(marked("mark overdue", "clock", "他の管理者の返事なし"));
  if (ticket.memo) row.append(marked("mark memo", "tag", "メモあり"));
  if (ticket.urgent) row.append(marked("mark urgent", "alert", "緊急"));
  if (ticket.long_overdue) row.append(marked("mark overdue long", "clock", "期限の3倍を超過"));
  else if (ticket.overdue) row.append(marked("mark overdue", "clock", "期限超過"));
  else if (ticket.due) row.append(marked("mark due", "clock", "今日まで"));
  else if (ticket.paused) row.append(marked("mark paused", "pause", "期限停止中"));
  if (ticket.nobody) row.append(marked("mark nobody", "question", ticket.to_and_fro ? "担当課未定・3回差し戻し" : "担当課未定"));
  row.append(marked(`chip tone-${ticket.tone}`, ticket.icon, ticket.status_text));
  return row;
}

function what(ticket) {
  const line = made("span", "what", ticket.category);
  if (ticket.place) line.append(" ", made("span", "where", ticket.place));
  return line;
}

function rest(ticket) {
  const line = made("span", "rest");
  if (ticket.away) line.append(made("span", "", ticket.away));
  if (!ticket.nobody) line.append(made("span", "", ticket.assignee ? `${ticket.department}・${ticket.assignee}` : ticket.department));
  if (ticket.deadline) line.append(made("span", ticket.overdue ? "late" : "", ticket.deadline));
  line.append(made("span", "", `${ticket.number}・受付 ${ticket.received}`));
  if (ticket.followers > 1) line.append(made("span", "", `通報 ${ticket.followers}人`));
  return line;
}

function pictureOf(ticket) {
  const picture = made("img");
  Object.assign(picture, { src: `/staff/photos/${ticket.photo}/small`, alt: "", loading: "lazy" });
  return picture;
}

function noPicture() {
  return marked("no-photo", "camera");
}

/** With a drawing before its words, which is no node of its own: a list has hundreds. */
function marked(kind, icon, text = "") {
  const mark = made("span", kind, text);
  mark.dataset.icon = icon;
  return mark;
}
