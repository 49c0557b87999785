// A module of the pages as node can read it: its name says .js, and no package says what that is.

import { readFile } from "node:fs/promises";

const ROOT = new URL("../../", import.meta.url);

/** What a module without imports of its own gives, by its path in the project. */
export async function opened(path) {
  const source = await readFile(new URL(path, ROOT), "utf-8");
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}
