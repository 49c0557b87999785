// The code is copied by one tap, to be pasted in LINE.

const button = document.getElementById("copy");
if (button) {
  const text = document.getElementById(button.dataset.copy);
  const said = document.getElementById("said");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "コピーしました。LINEで貼り付けて送ってください。";
    } catch {
      text.select();
      said.textContent = "コピーできませんでした。選ばれた文を、ご自分でコピーしてください。";
    }
  });
}
