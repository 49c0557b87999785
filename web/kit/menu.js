// The menu and the way back lead to the list as it was left in this window.
const kept = sessionStorage.getItem("michi-list");
if (kept && location.pathname !== "/staff/") {
  for (const link of document.querySelectorAll('.rooms a[href="/staff/"], .back a[href="/staff/"]')) link.href = `/staff/${kept}`;
}
