// The keywords of flex messages and what they measure on a phone, in CSS pixels.

const STEPS = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDERS = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const FONTS = {
  xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74,
};
const IMAGES = {
  xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220,
};
export const BUBBLES = {
  nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386,
};

const LENGTH = /^-?\d+(\.\d+)?(px|%)$/;
const COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

const measure = (table) => (value) => {
  if (value === undefined || value === null) return null;
  if (value in table) return `${table[value]}px`;
  return LENGTH.test(value) ? value : null;
};

/** Each turns a keyword, `12px` or `30%` into CSS, or null when it is neither. */
export const step = measure(STEPS);
export const border = measure(BORDERS);
export const font = measure(FONTS);
export const imageWidth = (value = "md") => (value === "full" ? "100%" : measure(IMAGES)(value));

/** A colour as LINE takes it (#rgb, #rrggbb, #rrggbbaa), or null. */
export const colour = (value) => (COLOUR.test(value ?? "") ? value : null);

/** `20:13` as CSS `20 / 13`; anything else is a square. */
export function ratio(value) {
  const parts = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(value ?? "");
  return parts ? `${parts[1]} / ${parts[2]}` : "1 / 1";
}
