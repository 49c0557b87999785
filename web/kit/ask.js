// A question to the server that a page asks by itself.

/** The JSON at this address of ours; `wrong` in its place: why there is none, for whoever waits. */
export async function ask(address) {
  try {
    const told = await fetch(address, { cache: "no-store" });
    if (told.ok) return await told.json();
    if (told.status === 401) return { wrong: "時間がたったためサインアウトしました。画面を読み込み直してください。" };
    const { detail } = await told.json();
    return { wrong: typeof detail === "string" ? detail : "読み取れない値があります。" };
  } catch {
    return { wrong: "つながりません。もう一度お試しください。" };
  }
}
