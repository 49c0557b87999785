// Draws a flex message the way a phone does: bubbles, carousels and every component in them.

import { el, icon, legible, reachable } from "./dom.js";
import { BUBBLES, border, colour, font, imageWidth, ratio, step } from "./flex_sizes.js";

const SMALLEST = 8; // px of letters that are made to fit
const CROSS = { top: "flex-start", center: "center", bottom: "flex-end" };
const ALIGN = { start: "flex-start", center: "center", end: "flex-end" };
const DRAW = { box, text, image, icon: picture, button, separator, filler, video, span };

/** The whole message. `tap(action)` is called for whatever in it can be touched. */
export function drawFlex(message, tap) {
  const { contents, altText } = message;
  const inside = contents?.type === "carousel" ? carousel(contents, tap) : bubble(contents ?? {}, tap);
  return el("div", { class: "flex-message", role: "group", "aria-label": altText }, inside);
}

function carousel({ contents = [] }, tap) {
  const track = el("div", { class: "flex-track", tabindex: "0", role: "list", "aria-label": `${contents.length}枚のカード` });
  for (const one of contents) track.append(el("div", { role: "listitem" }, bubble(one, tap)));
  const turn = (way) => () => track.scrollBy({ left: way * 280, behavior: "smooth" });
  const arrow = (name, label, way) =>
    el("button", { type: "button", class: `flex-turn ${name}`, "aria-label": label, onclick: turn(way) }, icon(name));
  return el("div", { class: "flex-carousel" }, track, arrow("left", "前のカード", -1), arrow("right", "次のカード", 1));
}

function bubble(content, tap) {
  const size = content.size in BUBBLES ? content.size : "mega";
  const node = el("div", { class: `flex-bubble ${size}`, dir: content.direction ?? "ltr" });
  node.style.setProperty("--bubble", `${BUBBLES[size]}px`);
  for (const part of ["header", "hero", "body", "footer"]) {
    if (content[part]) node.append(block(part, content, tap));
  }
  touchable(node, content.action, tap);
  return node;
}

function block(part, content, tap) {
  const style = content.styles?.[part] ?? {};
  const node = el("div", { class: `flex-block flex-${part}` }, draw(content[part], "vertical", tap));
  node.style.backgroundColor = colour(style.backgroundColor) ?? "";
  if (style.separator) node.style.borderTop = `1px solid ${colour(style.separatorColor) ?? "#d4d6da"}`;
  return node;
}

function draw(part, layout, tap) {
  const node = (DRAW[part.type] ?? unknown)(part, tap, layout);
  stretch(node, part, layout);
  place(node, part, layout);
  return node;
}

/** How much of the row or column a component takes: `flex` 0 means its own size. */
function stretch(node, part, layout) {
  if (part.type === "separator") return;
  const across = layout !== "vertical" && part.type !== "icon";
  const share = part.flex ?? (part.type === "filler" || across ? 1 : 0);
  if (part.width && layout !== "vertical") node.style.flex = "none";
  else node.style.flex = share > 0 ? `${share} 1 0` : "none";
  if (share > 0 && layout === "vertical") node.style.flexBasis = "auto";
}

function place(node, part, layout) {
  const margin = step(part.margin);
  if (margin) node.style[layout === "vertical" ? "marginTop" : "marginInlineStart"] = margin;
  if (part.gravity && layout === "horizontal") node.style.alignSelf = CROSS[part.gravity];
  if (part.position === "absolute") node.style.position = "absolute";
  const sides = { top: "offsetTop", bottom: "offsetBottom", insetInlineStart: "offsetStart", insetInlineEnd: "offsetEnd" };
  for (const [side, name] of Object.entries(sides)) if (part[name]) node.style[side] = step(part[name]);
}

function box(part, tap) {
  const node = el("div", { class: `flex-box ${part.layout}` });
  for (const child of part.contents ?? []) node.append(draw(child, part.layout, tap));
  const gap = step(part.spacing);
  if (gap) spread(node, part, gap);
  Object.assign(node.style, surface(part), padding(part));
  for (const side of ["width", "maxWidth", "height", "maxHeight"]) node.style[side] = step(part[side]) ?? "";
  if (part.justifyContent) node.style.justifyContent = part.justifyContent;
  if (part.alignItems) node.style.alignItems = part.alignItems;
  touchable(node, part.action, tap);
  return node;
}

/** A child's own margin wins over the spacing of its box. */
function spread(node, part, gap) {
  const side = part.layout === "vertical" ? "marginTop" : "marginInlineStart";
  part.contents.forEach((child, at) => {
    if (at > 0 && child.margin === undefined && child.position !== "absolute") node.children[at].style[side] = gap;
  });
}

function surface(part) {
  const style = { backgroundColor: colour(part.backgroundColor) ?? "", borderRadius: step(part.cornerRadius) ?? "" };
  if (part.cornerRadius) style.overflow = "hidden";
  const width = border(part.borderWidth);
  if (width) style.border = `${width} solid ${colour(part.borderColor) ?? "#000000"}`;
  const paint = part.background;
  if (paint?.type === "linearGradient") {
    style.backgroundImage = `linear-gradient(${parseFloat(paint.angle) || 0}deg, ${colour(paint.startColor)}, ${colour(paint.endColor)})`;
  }
  return style;
}

function padding(part) {
  const all = step(part.paddingAll);
  const side = (name) => step(part[name]) ?? all ?? "";
  return {
    paddingTop: side("paddingTop"), paddingBottom: side("paddingBottom"),
    paddingInlineStart: side("paddingStart"), paddingInlineEnd: side("paddingEnd"),
  };
}

function text(part, tap) {
  const node = el("div", { class: part.wrap ? "flex-text wrap" : "flex-text" });
  node.append(...(part.contents?.length ? part.contents.map((one) => span(one)) : [legible(part.text ?? "")]));
  letters(node, part);
  if (part.adjustMode && !part.wrap) shrinking(node);
  node.style.textAlign = part.align ?? "start";
  const extra = step(part.lineSpacing);
  if (extra) node.style.lineHeight = `calc(1.4em + ${extra})`;
  if (part.wrap && part.maxLines) {
    node.classList.add("clamped");
    node.style.webkitLineClamp = part.maxLines;
  }
  touchable(node, part.action, tap);
  return node;
}

function span(part) {
  return letters(el("span", {}, legible(part.text ?? "")), part);
}

/** "shrink-to-fit": letters become smaller before they are cut off. */
function shrinking(node) {
  const wanted = node.style.fontSize;
  let width = 0;
  const fit = () => {
    if (node.clientWidth === width) return;
    width = node.clientWidth;
    node.style.fontSize = wanted;
    let size = parseFloat(getComputedStyle(node).fontSize);
    while (node.scrollWidth > width && size > SMALLEST) node.style.fontSize = `${(size -= 0.5)}px`;
  };
  new ResizeObserver(() => requestAnimationFrame(fit)).observe(node);
}

function letters(node, part) {
  if (font(part.size)) node.style.fontSize = font(part.size);
  if (colour(part.color)) node.style.color = part.color;
  if (part.weight) node.style.fontWeight = part.weight === "bold" ? "700" : "400";
  if (part.style === "italic") node.style.fontStyle = "italic";
  if (part.decoration) node.style.textDecoration = part.decoration;
  return node;
}

function image(part, tap) {
  const frame = el("div", { class: "flex-frame" }, loaded(part));
  frame.style.aspectRatio = ratio(part.aspectRatio);
  frame.style.backgroundColor = colour(part.backgroundColor) ?? "";
  const node = el("div", { class: "flex-image" }, frame);
  frame.style.width = imageWidth(part.size) ?? "100px";
  node.style.justifyContent = ALIGN[part.align ?? "center"];
  touchable(node, part.action, tap);
  return node;
}

function loaded(part) {
  const node = el("img", { src: reachable(part.url), alt: "", draggable: "false" });
  node.style.objectFit = part.aspectMode === "cover" ? "cover" : "contain";
  node.addEventListener("error", () => node.replaceWith(el("span", { class: "no-picture" }, "画像を表示できません")));
  return node;
}

function picture(part) {
  const node = el("img", { class: "flex-icon", src: reachable(part.url), alt: "" });
  const size = font(part.size ?? "md");
  Object.assign(node.style, { height: size, width: "auto", aspectRatio: ratio(part.aspectRatio) });
  return node;
}

function button(part, tap) {
  const style = part.style ?? "link";
  const node = el("button", { type: "button", class: `flex-button ${style} ${part.height ?? "md"}` }, legible(part.action?.label ?? ""));
  if (part.adjustMode) shrinking(node);
  const paint = colour(part.color);
  if (paint) node.style[style === "link" ? "color" : "backgroundColor"] = paint;
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    tap(part.action);
  });
  return node;
}

function separator(part) {
  const node = el("div", { class: "flex-separator" });
  node.style.backgroundColor = colour(part.color) ?? "";
  return node;
}

function filler() {
  return el("div", { class: "flex-filler" });
}

function video(part, tap, layout) {
  return part.altContent ? draw(part.altContent, layout, tap) : unknown(part);
}

function unknown(part) {
  return el("div", { class: "flex-text" }, `[${part.type}]`);
}

/** Give anything with an action the manners of a button, for the mouse and the keyboard. */
function touchable(node, action, tap) {
  if (!action) return;
  node.classList.add("touchable");
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  if (action.label) node.setAttribute("aria-label", action.label);
  const act = (event) => {
    event.stopPropagation();
    event.preventDefault();
    tap(action);
  };
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && act(event));
}
