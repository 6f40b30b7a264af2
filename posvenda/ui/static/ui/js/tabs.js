/* [role=tablist] with [role=tab][aria-controls]: arrows, Home and End move; the panel follows. */
function select(tab) {
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  for (const one of tabs) {
    const on = one === tab;
    one.setAttribute("aria-selected", on);
    one.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(one.getAttribute("aria-controls"));
    if (panel) panel.hidden = !on;
  }
  tab.focus();
}

document.addEventListener("click", event => {
  const tab = event.target.closest("[role=tab][aria-controls]");
  if (tab) select(tab);
});

document.addEventListener("keydown", event => {
  const tab = event.target.closest?.("[role=tab][aria-controls]");
  if (!tab) return;
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  const at = tabs.indexOf(tab);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  select(tabs[(next + tabs.length) % tabs.length]);
});
