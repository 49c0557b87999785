// The residents one can play: the list at the side, the picker on a phone, adding one more.

import { $, el, notice, sheet } from "./dom.js";
import { preview } from "./message.js";
import { addPerson } from "./platform.js";

const LANGUAGES = [
  ["ja", "日本語"], ["en", "English"], ["zh-Hans", "简体中文"], ["zh-Hant", "繁體中文"], ["ko", "한국어"],
  ["vi", "Tiếng Việt"], ["ne", "नेपाली"], ["pt", "Português"], ["es", "Español"], ["", "なし(プロフィールに言語がない)"],
];
const TINTS = ["#b0563f", "#2f6d8c", "#5d7a34", "#8a5a8f", "#a0762a", "#38776c"];

/** Draw list and picker. `talks` maps a user id to `{newest, unread}`. */
export function drawPeople(listed, chosen, talks, choose) {
  $("people").replaceChildren(...listed.map((person, at) => row(person, at, person.userId === chosen, talks.get(person.userId), choose)));
  const picker = $("person");
  picker.replaceChildren(...listed.map((person) => {
    const unread = talks.get(person.userId)?.unread;
    return el("option", { value: person.userId, selected: person.userId === chosen }, unread ? `${person.name} (${unread})` : person.name);
  }));
}

function row(person, at, current, talk, choose) {
  const face = el("span", { class: "face letter", "aria-hidden": "true" }, [...person.name][0] ?? "?");
  face.style.backgroundColor = TINTS[at % TINTS.length];
  const words = el("span", { class: "person-words" },
    el("span", { class: "person-name" }, person.name, el("small", {}, person.language || "言語なし")),
    el("span", { class: "person-last" }, talk?.newest ? preview(talk.newest) : "まだ話していません"));
  const unread = talk?.unread ? el("span", { class: "unread" }, String(talk.unread)) : null;
  return el("li", {}, el("button", { type: "button", "aria-label": talk?.unread ? `${person.name}、未読${talk.unread}件` : person.name, "aria-current": current ? "true" : null, onclick: () => choose(person.userId) }, face, words, unread));
}

/** Ask for a name and a language, make the person, then choose them. */
export function openAddPerson(choose) {
  const name = el("input", { type: "text", required: true, maxlength: "20", placeholder: "山田 花子" });
  const language = el("select", {}, LANGUAGES.map(([code, words]) => el("option", { value: code }, words)));
  const hidden = el("input", { type: "checkbox" });
  const form = el("form", { class: "sheet-form" },
    el("label", {}, el("span", {}, "名前"), name),
    el("label", {}, el("span", {}, "LINEの言語"), language),
    el("label", { class: "tick" }, hidden, el("span", {}, "プロフィールを見せない(404)")),
    el("button", { class: "main" }, "追加"));
  const dialog = sheet("住民を追加", "small", form);
  name.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const person = { name: name.value.trim(), profile: hidden.checked ? "404" : "ok" };
    if (language.value) person.language = language.value;
    try {
      const made = await addPerson(person);
      dialog.close();
      choose(made.userId);
    } catch (error) {
      notice(`追加できませんでした: ${error.message}`);
    }
  });
}
