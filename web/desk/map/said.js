// What is said beside the list: what is new, and whether it is still told.
import { alertOf } from "../../kit/alert.js";
import { $ } from "../../kit/dom.js";

export const SIGN_IN = "時間がたったためサインアウトしました。画面を読み込み直してください。";
export const LOST = "つながりません。自動でつなぎ直します。";
const GOES_ON = "自動で更新";

/** Tells of new tickets, the first of them by its kind and place. */
export function announce(news) {
  const { category, place, urgent } = news[0].properties;
  const others = news.length > 1 ? `ほか${news.length - 1}件` : "";
  const words = `新しい受付票: ${urgent ? "緊急、" : ""}${category}、${place || "場所は地図"} ${others}`;
  $("news").textContent = words;
  alertOf(words);
}

/** `words`: what is wrong; "" where nothing is. */
export function sayConnection(words) {
  const line = $("connection");
  line.classList.toggle("bad", Boolean(words));
  if (line.textContent !== (words || GOES_ON)) line.textContent = words || GOES_ON;
}
