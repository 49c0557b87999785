// The head of the list: how many tickets there are, which want attention, and what is not shown.
import { $ } from "../../kit/dom.js";

const ATTENTION = [["attention", "要対応"], ["unread", "返信あり"], ["memos", "あなたへのメモ"]];
const TITLE = document.title;

/** `most`: of more than so many only that is known. */
export function sayHead(state, most) {
  $("count").textContent = howMany(state.count, most);
  for (const [name, words] of ATTENTION) {
    $(name).hidden = !state[name];
    $(name).textContent = `${words} ${howMany(state[name], most)}`;
  }
  const waiting = state.unread + state.memos;
  document.title = waiting ? `(${waiting}) ${TITLE}` : TITLE;
}

/** What the list does not show, and why. `near`: how many are shown of those near a point, if they are. */
export function sayMissing({ whole, count, features }, near) {
  const said = [];
  if (whole === false) said.push("検索の準備中です。新しいものから見つかります。");
  if (near && count > features.length) said.push(`地図の印から近い${near}件です。`);
  if (near) said.push("地図を押すと、そこから近い順になります。");
  const words = said.join("");
  if ($("said").textContent !== words) $("said").textContent = words;
}

const howMany = (count, most) => (count > most ? `${most}件以上` : `${count}件`);
