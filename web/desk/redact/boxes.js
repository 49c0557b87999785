// Rectangles on a photo, [left, top, width, height] in ten-thousandths of its sides. Pure.
export const WHOLE = 10_000;
const LEAST = 100;
export const AXES = ["左から", "上から", "幅", "高さ"];

const within = (value, low, high) => Math.round(Math.min(Math.max(value, low), high));

/** As it was drawn, whichever corner came first: on the photo, and never too small to be seen. */
export function boxOf([left, top, wide, high]) {
  const [width, height] = [wide, high].map((side) => within(Math.abs(side), LEAST, WHOLE));
  const corner = [wide < 0 ? left + wide : left, high < 0 ? top + high : top];
  const [x, y] = corner.map((side) => within(side, 0, WHOLE - LEAST));
  return [x, y, Math.min(width, WHOLE - x), Math.min(height, WHOLE - y)];
}

/** The same elsewhere, as far as the photo goes. */
export function moved([left, top, width, height], [right, down]) {
  return [within(left + right, 0, WHOLE - width), within(top + down, 0, WHOLE - height), width, height];
}

/** One corner ("nw" and so on) goes by so much; the opposite one stays. */
export function resized([left, top, width, height], [right, down], corner) {
  let [west, north, east, south] = [left, top, left + width, top + height];
  if (corner.includes("w")) west = within(west + right, 0, east - LEAST);
  else east = within(east + right, west + LEAST, WHOLE);
  if (corner.includes("n")) north = within(north + down, 0, south - LEAST);
  else south = within(south + down, north + LEAST, WHOLE);
  return [west, north, east - west, south - north];
}

/** 左12%、上8%、幅30%、高さ25% */
export const words = (box) => box.map((side, at) => `${AXES[at].replace("から", "")}${Math.round(side / 100)}%`).join("、");

export function placed(style, box) {
  ["left", "top", "width", "height"].forEach((side, at) => style.setProperty(side, `${box[at] / 100}%`));
}
