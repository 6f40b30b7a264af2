/* [data-chart]: the value under the pointer, or of the point reached by the arrow keys. */
function tipOf(plot) {
  let tip = plot.querySelector(".tip");
  if (!tip) {
    tip = Object.assign(document.createElement("span"), { className: "tip" });
    tip.setAttribute("role", "status");
    plot.append(tip);
  }
  return tip;
}

function show(strip) {
  const plot = strip.closest(".plot");
  plot.querySelector("svg > title")?.remove(); // the sentence stays as aria-label; no second tooltip
  plot.querySelector(".hit.is-on")?.classList.remove("is-on");
  strip.classList.add("is-on");
  const tip = tipOf(plot);
  tip.textContent = strip.dataset.value;
  tip.style.setProperty("--px", `${strip.dataset.px}%`);
  tip.style.setProperty("--py", `${strip.dataset.py}%`);
}

function hide(plot) {
  plot.querySelector(".tip")?.remove();
  plot.querySelector(".hit.is-on")?.classList.remove("is-on");
}

document.addEventListener("pointerover", event => {
  const strip = event.target.closest?.("[data-chart] .hit");
  if (strip) show(strip);
});
document.addEventListener("pointerout", event => {
  const plot = event.target.closest?.("[data-chart] .plot");
  if (plot && !plot.contains(event.relatedTarget)) hide(plot);
});
document.addEventListener("focusout", event => { if (event.target.matches?.("[data-chart] .plot")) hide(event.target); });
document.addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || !event.target.matches?.("[data-chart] .plot")) return;
  event.preventDefault();
  const strips = [...event.target.querySelectorAll(".hit")];
  const at = strips.findIndex(strip => strip.classList.contains("is-on"));
  const next = at < 0 ? (step > 0 ? 0 : strips.length - 1) : at + step;
  if (strips[next]) show(strips[next]);
});
