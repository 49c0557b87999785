// The menu and the way back lead to the list as it was left in this window.
import { kept } from "./storage.js";

const list = kept("michi-list");
if (list && location.pathname !== "/staff/") {
  for (const link of document.querySelectorAll('.rooms a[href="/staff/"], .back a[href="/staff/"], .to-list a')) link.href = `/staff/${list}`;
}
