// Somebody comes in: until their first page is here, nothing that this phone keeps of anybody is shown.

const ARRIVING = "michi-arriving"; // also known to the crew's service worker (crew/offline/person.js)
const form = document.querySelector("form[action='/sign-in']");
const elsewhere = document.getElementById("provider");

if ("caches" in globalThis) begin();

function begin() {
  if (document.getElementById("wrong")) caches.delete(ARRIVING).catch(() => {}); // whoever it was has not come in
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await caches.open(ARRIVING).catch(() => {});
    form.submit();
  });
  elsewhere?.addEventListener("click", async (event) => {
    event.preventDefault();
    await caches.open(ARRIVING).catch(() => {});
    location.assign(elsewhere.href);
  });
}
