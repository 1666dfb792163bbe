let down = false;
document.addEventListener('mousedown', () => (down = true), true);
document.addEventListener('mouseup', () => (down = false), true);

/** Does at once what moves things on the page, or after the click that is under way: its target must not move meanwhile. */
export function afterPress(work: () => void): void {
  if (!down) return work();
  // The click follows its mouseup before any timer.
  document.addEventListener('mouseup', () => setTimeout(work), { capture: true, once: true });
}
