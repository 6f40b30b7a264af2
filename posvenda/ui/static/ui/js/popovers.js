/* Native popovers are placed under the button that opened them, inside the window. */
const GAP = 6;
const EDGE = 16;

function place(popover) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
  if (!button) return;
  const anchor = button.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(anchor.left - EDGE, innerWidth - popover.offsetWidth - EDGE));
  const below = anchor.bottom + GAP;
  const fits = below + popover.offsetHeight + EDGE <= innerHeight;
  popover.style.insetInlineStart = `${left}px`;
  popover.style.insetBlockStart = `${fits ? below : Math.max(EDGE, anchor.top - popover.offsetHeight - GAP)}px`;
}

document.addEventListener("toggle", event => {
  if (event.target.matches?.("[popover]") && event.newState === "open") place(event.target);
}, true);
