// What the server did not take stays with its ticket as a note for the desk, with its photos.
import { sentenceIn } from "../offline/answers.js";
import { stand } from "../offline/person.js";
import { filesOf, remove } from "../offline/store.js";
import { valueOf } from "../offline/turns.js";

/** Sends it as a note, and then lets go of it. Throws an Error that says why it stays. */
export async function keepAsNote(act, person) {
  const here = await stand(person);
  if (here.is !== "here") throw new Error(here.is === "away" ? "電波がありません。あとでもう一度押してください。" : "サインインしてください。");
  const body = new FormData();
  body.append("csrf", here.csrf);
  body.append("key", `note-${valueOf(act.fields, "key") ?? act.at}`);
  body.append("words", wordsOf(act));
  const files = await filesOf(act.id);
  act.files.forEach(({ name }, place) => body.append("photo", files[place], name));
  const answer = await fetch(`/crew/offline/tickets/${act.number}/note`, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(sentenceIn(await answer.text()) || `残せませんでした (${answer.status})。`);
  await remove(act.id);
}

function wordsOf(act) {
  const at = new Date(act.at).toLocaleString("ja-JP", { dateStyle: "short", timeStyle: "short" });
  const said = ["note", "why", "reason"].map((name) => valueOf(act.fields, name)).filter(Boolean);
  return [`電波のない所でした「${act.what}」(${at}、電話の時計)。送ったときには受付票が変わっていました。`, ...said].join("\n").slice(0, 1000);
}
