// The camera roll: the sample pictures, pictures from this machine, one or several to send.

import { el, icon, notice, sheet } from "./dom.js";
import { pictures, pictureUrl, sendPhotos } from "./platform.js";

/** Open the roll for this person; with `several` the chosen pictures go out as one image set. */
export async function openRoll(userId, { title, several }) {
  const chosen = [];
  const grid = el("ul", { class: "roll" });
  const go = el("button", { type: "button", class: "main", disabled: true }, "送信");
  const refresh = () => mark(grid, chosen, go);
  const choose = (item) => (toggle(chosen, item, several), refresh());
  const add = (item) => grid.children[0].after(cell(item, () => choose(item)));
  grid.append(uploader(several, (files) => files.forEach((file) => {
    const item = { file, url: URL.createObjectURL(file), title: file.name };
    add(item);
    choose(item);
  })));
  const note = el("p", { class: "sheet-note" }, several ? "選んだ順に送ります。いくつでも選べます。" : "1枚選んでください。");
  const dialog = sheet(title, "roll-sheet", note, grid, el("footer", { class: "sheet-foot" }, go));
  go.addEventListener("click", () => deliver(userId, chosen, dialog, go));
  for (const listed of await samples()) grid.append(cell(listed, () => choose(listed)));
  refresh();
}

async function samples() {
  const listed = await pictures().catch(() => []);
  return listed.map((one) => ({ ...one, url: pictureUrl(one.file), sample: true }));
}

function cell(item, choose) {
  const badge = item.has_position ? el("span", { class: "roll-place" }, icon("place"), el("span", { class: "hidden" }, "位置情報あり")) : null;
  const button = el("button", { type: "button", "aria-pressed": "false", onclick: choose },
    el("img", { src: item.url, alt: "", loading: "lazy" }), badge,
    el("span", { class: "roll-number", "aria-hidden": "true" }), el("span", { class: "roll-title" }, item.title));
  const node = el("li", {}, button);
  node.item = item;
  return node;
}

function uploader(several, take) {
  const field = el("input", { type: "file", accept: "image/*,.heic,.heif", multiple: several, class: "hidden" });
  field.addEventListener("change", () => take([...field.files]));
  return el("li", { class: "roll-upload" }, el("label", {}, icon("plus"), "このパソコンの写真", field));
}

function toggle(chosen, item, several) {
  const at = chosen.indexOf(item);
  if (at >= 0) chosen.splice(at, 1);
  else if (several) chosen.push(item);
  else chosen.splice(0, 1, item);
}

function mark(grid, chosen, go) {
  for (const node of [...grid.children].slice(1)) {
    const at = chosen.indexOf(node.item);
    node.firstElementChild.setAttribute("aria-pressed", String(at >= 0));
    node.querySelector(".roll-number").textContent = at >= 0 ? String(at + 1) : "";
  }
  go.disabled = chosen.length === 0;
  go.textContent = chosen.length ? `${chosen.length}枚を送信` : "送信";
}

async function deliver(userId, chosen, dialog, go) {
  go.disabled = true;
  try {
    await sendPhotos(userId, await Promise.all(chosen.map(opened)));
    dialog.close();
  } catch (error) {
    go.disabled = false;
    notice(`送れませんでした: ${error.message}`);
  }
}

async function opened(item) {
  if (!item.sample) return item.file;
  const bytes = await (await fetch(item.url)).blob();
  return new File([bytes], item.file, { type: bytes.type });
}
