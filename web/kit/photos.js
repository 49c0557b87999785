// A ticket's photos grow on a click where the page has a dialog for that, and those still on their way
// come by themselves.

const enlarged = document.getElementById("enlarged");
if (enlarged) document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-enlarge]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const picture = enlarged.querySelector("img");
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  enlarged.showModal();
});
enlarged?.addEventListener("click", (event) => event.target.closest("button") || enlarged.close());

waitForAll();
document.addEventListener("renewed", waitForAll);

function waitForAll() {
  for (const place of document.querySelectorAll("[data-waiting]")) waitFor(place, 20);
}

function waitFor(place, times) {
  const picture = new Image();
  picture.alt = place.dataset.alt;
  picture.onload = () => {
    const link = document.createElement("a");
    Object.assign(link, { className: "photo", href: place.dataset.waiting });
    link.dataset.enlarge = "";
    link.append(picture);
    place.replaceWith(link);
  };
  picture.onerror = () => times && setTimeout(waitFor, 2000, place, times - 1);
  picture.src = place.dataset.waiting;
}
