// What staff say often: what fits the ticket (or all of many) and the chosen state stands first, the rest behind it.

document.addEventListener("change", ({ target }) => target.name === "to" && sort());
document.addEventListener("renewed", sort);
sort();

function sort() {
  for (const list of document.querySelectorAll(".templates")) {
    const to = list.closest("form").querySelector("input[name=to]:checked, select[name=to]")?.value;
    for (const one of list.querySelectorAll("li")) {
      one.hidden = fits(one, to) !== Boolean(one.closest("[data-fitting]"));
    }
    const others = list.querySelector(".other-templates");
    others.hidden = !others.querySelector("li:not([hidden]), p");
  }
}

function fits({ dataset: { fits, statuses } }, to) {
  return fits === "yes" && (!to || !statuses || statuses.split(" ").includes(to));
}
