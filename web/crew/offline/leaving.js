// Signing out takes everything of this person off the phone, and asks first where something waits.
import { choose } from "./ask.js";
import { draftsOf, forget, stand } from "./person.js";
import { acts } from "./store.js";

/** Once they have pressed the page's own button; `ask` leads to a try to send. */
export async function leave(person, ask) {
  const left = await acts(person).catch(() => []);
  const drafts = await draftsOf(person).catch(() => []);
  if (left.length ? !(await mayGo(left, ask)) : drafts.length && !(await mayLose(drafts))) return;
  const onward = await signedOut(person);
  if (!onward) {
    await choose("サインアウトできません", ["電波がありません。電波の届く所で、もう一度押してください。この電話にあるものは、まだそのままです。"], [["", "分かりました", "main"]]);
    return;
  }
  await forget(person).catch(() => {});
  location.assign(onward);
}

/** Where to go on, once the session is over on the server, or ""; the page's own token may be of one that ended before.
 * Who came by the city's provider is signed out there, too (web/auth/oidc/leaving.py). */
async function signedOut(person) {
  const { is, csrf } = await stand(person);
  if (is !== "here") return is === "away" ? "" : "/sign-in";
  const body = new URLSearchParams({ csrf });
  try {
    const { type, ok, headers } = await fetch("/sign-out", { method: "POST", body, redirect: "manual" });
    if (type === "opaqueredirect") return "/sign-in";
    return ok ? (headers.get("refresh")?.replace(/^0; url=/, "") ?? "/sign-in") : "";
  } catch {
    return "";
  }
}

async function mayGo(left, ask) {
  const taken = await choose(
    `送信待ちが ${left.length}件 あります`,
    ["サインアウトすると、この電話にある写真・一覧・送信待ちがすべて消えます。まだ送っていないものは戻せません。"],
    [["stay", "やめる(送信待ちを残す)", "main"], ["send", "いま送ってみる"], ["go", `${left.length}件を消してサインアウト`, "danger"]],
  );
  if (taken === "send") await ask({ anyway: true });
  return taken === "go";
}

async function mayLose(drafts) {
  const taken = await choose(
    `書きかけが ${drafts.length}件 あります`,
    ["サインアウトすると、まだ送っていない写真と言葉が消えます。"],
    [["stay", "やめる(書きかけを残す)", "main"], ["go", "書きかけを消してサインアウト", "danger"]],
  );
  return taken === "go";
}
