// Signing out takes everything of this person off the phone, and asks first where something waits.
import { choose } from "./ask.js";
import { forget } from "./person.js";
import { acts } from "./store.js";

/** From now on, for the page's own button. */
export function watchLeaving(person, ask) {
  const form = document.querySelector('form[action="/sign-out"]');
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(person, ask, form);
  });
}

async function leave(person, ask, form) {
  const left = await acts(person).catch(() => []);
  if (!left.length || (await mayGo(left, ask))) {
    await forget(person).catch(() => {});
    form.submit();
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
