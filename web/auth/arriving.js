// Somebody comes in: until their first page is here, nothing that this phone keeps of anybody is shown.

const ARRIVING = "michi-arriving"; // also known to the crew's service worker (crew/offline/person.js)

if ("caches" in globalThis) begin();

function begin() {
  if (document.getElementById("wrong")) caches.delete(ARRIVING).catch(() => {}); // whoever it was has not come in
  for (const form of document.querySelectorAll("form[action^='/sign-in']")) {
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return; // a passkey is asked for first
      event.preventDefault();
      await caches.open(ARRIVING).catch(() => {});
      form.submit();
    });
  }
  const elsewhere = document.getElementById("provider");
  elsewhere?.addEventListener("click", async (event) => {
    event.preventDefault();
    await caches.open(ARRIVING).catch(() => {});
    location.assign(elsewhere.href);
  });
}
