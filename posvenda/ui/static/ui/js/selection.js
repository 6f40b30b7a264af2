/* A table inside [data-selection]: [data-select-all] ticks the page, .bulkbar shows count and money.
   <output data-selected-count data-one="1 customer" data-many="# customers">, <output data-selected-money>;
   rows carry data-money in cents. */
const BOXES = "tbody td:first-child [type=checkbox]";

function write(scope) {
  const picked = [...scope.querySelectorAll(`${BOXES}:checked`)];
  const count = scope.querySelector("[data-selected-count]");
  if (count) {
    const figure = picked.length.toLocaleString(document.documentElement.lang);
    count.textContent = picked.length === 1 ? count.dataset.one : count.dataset.many.replace("#", figure);
  }
  const money = scope.querySelector("[data-selected-money]");
  if (money) {
    const cents = picked.reduce((sum, box) => sum + Number(box.closest("[data-money]")?.dataset.money || 0), 0);
    const digits = Math.abs(cents) < 100000 ? 2 : 0;
    const figure = (Math.abs(cents) / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    money.textContent = `${cents < 0 ? "−" : ""}${money.dataset.symbol || "R$"}\u00a0${figure}`;
  }
  const all = scope.querySelector("[data-select-all]");
  if (all) {
    const boxes = scope.querySelectorAll(BOXES).length;
    all.checked = boxes > 0 && picked.length === boxes;
    all.indeterminate = picked.length > 0 && picked.length < boxes;
  }
}

document.addEventListener("change", event => {
  const scope = event.target.closest("[data-selection]");
  if (!scope) return;
  if (event.target.matches("[data-select-all]")) {
    for (const box of scope.querySelectorAll(BOXES)) box.checked = event.target.checked;
  }
  if (event.target.matches(`[data-select-all], ${BOXES}`)) write(scope);
});

document.addEventListener("click", event => {
  const clear = event.target.closest("[data-select-none]");
  if (!clear) return;
  const scope = clear.closest("[data-selection]");
  for (const box of scope.querySelectorAll(BOXES)) box.checked = false;
  write(scope);
});

const writeAll = () => document.querySelectorAll("[data-selection]").forEach(write);
document.addEventListener("htmx:afterSettle", writeAll);
writeAll();
