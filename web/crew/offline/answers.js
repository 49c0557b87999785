// What a server's answer means for something that was done on the phone. Pure.

const SENTENCE = /<[^>]*\brole="alert"[^>]*>([\s\S]*?)<\/p>/g;

/**
 * An answer's status, whether it leads elsewhere, and its text, as one of:
 * done; signed-out; stale (the page's token is no more); conflict; gone (not theirs any more);
 * later (the server has trouble); refused. What people are to read of it is its sentence, what
 * programs are, its reason.
 */
export function meaning({ status, elsewhere = false, text = "" }) {
  if (elsewhere || (status >= 200 && status < 300)) return { is: "done", sentence: "" };
  const { sentence, reason } = told(text);
  return { is: kindOf(status), status, reason, sentence: sentence || WORDS[kindOf(status)](status) };
}

function kindOf(status) {
  if (status >= 500 || status === 408 || status === 425 || status === 429) return "later";
  return { 401: "signed-out", 403: "stale", 404: "gone", 409: "conflict" }[status] ?? "refused";
}

const WORDS = {
  "signed-out": () => "サインインしてください。",
  stale: () => "サーバーが受け付けませんでした。",
  gone: () => "この受付票は、いまはこの班の受け持ちではありません。",
  conflict: () => "この受付票は、その間に変わっています。",
  later: (status) => `サーバーがいま処理できません (${status})。あとで自動で送り直します。`,
  refused: (status) => `サーバーが受け付けませんでした (${status})。`,
};

/** The sentence for people in an answer of ours, JSON or a page; "" without one. */
export function sentenceIn(text) {
  return told(text).sentence;
}

/** That sentence, and the word for programs beside it. */
function told(text) {
  try {
    const { sentence, detail, reason } = JSON.parse(text);
    return { sentence: [sentence, detail].find((said) => typeof said === "string") ?? "", reason };
  } catch {
    const said = [...text.matchAll(SENTENCE)].find(([whole]) => !/^<[^>]*\shidden[\s>]/.test(whole));
    return { sentence: said ? plain(said[1]) : "" };
  }
}

function plain(html) {
  const letters = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'", "&quot;": '"' };
  return html.replace(/<[^>]*>/g, "").replace(/&[#\w]+;/g, (one) => letters[one] ?? one).trim();
}
