// The drawer: what the platform did with the webhooks, and how to make its life harder.

import { $, el, icon, notice } from "./dom.js";
import * as platform from "./platform.js";

const EVERY = 2000; // ms between two looks at the deliveries
const TURNS = [[60, "+1分"], [600, "+10分"], [3600, "+1時間"], [86400, "+1日"], [14 * 86400, "+14日"]];
const PATHS = ["/v2/bot/message/push", "/v2/bot/message/reply", "/v2/bot/profile", "/v2/bot/chat/loading/start"];
const KINDS = [
  ["500_before", "500(受け付ける前)"], ["500_after", "500(受け付けた後)"], ["reset_before", "切断(前)"], ["reset_after", "切断(後)"],
  ["latency", "遅れ"], ["429_rate", "429 回数"], ["429_quota", "429 月の上限"], ["429_one_user", "429 一人へ多すぎ"],
];
const CONTENTS = [["ok", "ふつう"], ["202", "202 準備中"], ["404", "404"], ["410", "410"], ["slow", "遅い"], ["cut", "途中で切れる"], ["wrong_type", "種類がちがう"]];
const SETTINGS = [
  ["batch_ms", "まとめる時間(ミリ秒)", "number", { min: 0, step: 100 }],
  ["duplicates", "重複の割合(0〜1)", "number", { min: 0, max: 1, step: 0.1 }],
  ["drop", "届かない割合(0〜1)", "number", { min: 0, max: 1, step: 0.1 }],
  ["redeliver_after_ms", "再送までの時間(ミリ秒)", "number", { min: 0, step: 500 }],
  ["redeliver_times", "再送の回数", "number", { min: 0, step: 1 }],
  ["redeliver", "失敗したら再送する", "checkbox", {}],
  ["shuffle", "順番を入れかえる", "checkbox", {}],
  ["hold", "ためておく(送らない)", "checkbox", {}],
];

let timer = 0;

export function startDrawer() {
  const drawer = $("drawer");
  const button = $("drawer-button");
  const show = (open) => {
    drawer.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    clearInterval(timer);
    if (!open) return button.focus();
    fill(drawer, () => show(false));
    timer = setInterval(listDeliveries, EVERY);
  };
  button.addEventListener("click", () => show(drawer.hidden));
  drawer.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
}

function fill(drawer, close) {
  const shut = el("button", { type: "button", class: "round", "aria-label": "閉じる", onclick: close }, icon("close"));
  drawer.replaceChildren(
    el("header", { class: "sheet-head" }, el("h2", {}, "プラットフォームの操作"), shut),
    part("Webhookの記録", el("div", { id: "deliveries", class: "deliveries", tabindex: "0", role: "region", "aria-label": "Webhookの記録" })),
    part("時計を進める", el("div", { class: "buttons" }, TURNS.map(([seconds, words]) => press(words, () => turn(seconds))))),
    part("Webhookの送り方", el("form", { id: "delivery-form", class: "fields" })),
    part("次の呼び出しを失敗させる", faultForm()),
    part("写真の中身の返し方", contentForm()),
    part("プッシュの上限", quotaForm()),
    part("やりなおし", press("すべて最初に戻す", startAgain, "risky")),
  );
  shut.focus();
  listDeliveries();
  fillDelivery();
}

const part = (title, ...content) => el("section", { class: "drawer-part" }, el("h3", {}, title), ...content);
const press = (words, act, kind = "") => el("button", { type: "button", class: `small-button ${kind}`, onclick: () => attempt(act) }, words);
const field = (words, input) => el("label", {}, el("span", {}, words), input);
const choice = (name, pairs) => el("select", { name }, pairs.map(([value, words]) => el("option", { value }, words)));
const number = (name, value, more = {}) => el("input", { type: "number", name, value, ...more });

async function attempt(act) {
  try {
    notice((await act()) ?? "変えました。");
  } catch (error) {
    notice(`できませんでした: ${error.message}`);
  }
}

function form(act, ...content) {
  const node = el("form", { class: "fields" }, ...content);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => act(new FormData(node)));
  });
  return node;
}

async function listDeliveries() {
  const box = $("deliveries");
  const listed = await platform.deliveries().catch(() => null);
  if (!box || !listed) return;
  const rows = listed.slice(-50).reverse().map((one) => el("tr", { class: one.status === 200 ? "" : "failed" },
    el("td", {}, one.status === null ? (one.error ?? "失敗") : String(one.status)),
    el("td", { class: "right" }, `${Math.round(one.ms)} ms`),
    el("td", { class: "right" }, `${one.events.length}件`),
    el("td", {}, one.redelivery ? "再送" : "")));
  const head = el("tr", {}, ["結果", "時間", "出来事", ""].map((words) => el("th", { scope: "col" }, words)));
  box.replaceChildren(rows.length ? el("table", {}, el("thead", {}, head), el("tbody", {}, rows)) : el("p", {}, "まだありません。"));
}

async function turn(seconds) {
  const { now } = await platform.turnClock(seconds);
  return `時計: ${new Date(now).toLocaleString("ja-JP")}`;
}

async function fillDelivery() {
  const settings = await platform.delivery().catch(() => null);
  const node = $("delivery-form");
  if (!settings || !node) return;
  node.replaceChildren(...SETTINGS.map(([name, words, type, more]) => setting(settings, name, words, type, more)));
  const mode = choice("mode", [["active", "active"], ["standby", "standby(返信トークンなし)"]]);
  mode.value = settings.mode;
  mode.addEventListener("change", () => attempt(() => platform.setDelivery({ mode: mode.value }).then(() => null)));
  const flush = async () => `${(await platform.flush()).delivered}件を届けました。`;
  node.append(field("モード", mode), el("div", { class: "buttons" }, press("ためたものを今送る", flush)));
}

function setting(settings, name, words, type, more) {
  const ticked = type === "checkbox";
  const input = el("input", ticked ? { type, checked: settings[name] } : { type, value: settings[name], ...more });
  const value = () => (ticked ? input.checked : Number(input.value));
  input.addEventListener("change", () => attempt(() => platform.setDelivery({ [name]: value() }).then(() => null)));
  return ticked ? el("label", { class: "tick" }, input, el("span", {}, words)) : field(words, input);
}

function faultForm() {
  const act = async (data) => {
    const ms = Number(data.get("ms"));
    const fault = { path: data.get("path"), kind: data.get("kind"), times: Number(data.get("times")) };
    await platform.orderFault(ms ? { ...fault, ms } : fault);
    return "注文しました。";
  };
  return form(act, field("呼び出し", choice("path", PATHS.map((path) => [path, path]))), field("失敗のしかた", choice("kind", KINDS)),
    field("回数", number("times", 1, { min: 1 })), field("遅れ(ミリ秒)", number("ms", "", { min: 0 })), el("button", { class: "small-button" }, "注文する"));
}

function contentForm() {
  const act = (data) => platform.setContent({ next: true, behaviour: data.get("behaviour"), times: Number(data.get("times")) }).then(() => "次の写真からそうします。");
  return form(act, field("次の写真", choice("behaviour", CONTENTS)), field("回数", number("times", 1, { min: 1 })), el("button", { class: "small-button" }, "決める"));
}

function quotaForm() {
  const act = (data) => platform.setQuota(data.get("limit") === "" ? null : Number(data.get("limit"))).then(() => null);
  return form(act, field("月の通数(空なら無制限)", number("limit", "", { min: 0 })), el("button", { class: "small-button" }, "決める"));
}

/** Every open page hears of it and loads itself anew. */
async function startAgain() {
  await platform.reset();
}
