/** The page's element of that id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element; text is never read as markup. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  const { data = {}, ...rest } = properties;
  Object.assign(made, rest);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

/** Shows a state: its word, and what it means for the colour (good, busy, wait, bad). */
export function showState(id, word, state) {
  const place = byId(id);
  if (place.textContent !== word) place.textContent = word;
  place.dataset.state = state;
}

/** Keeps the first so many children. */
export function keepFirst(list, most) {
  while (list.childElementCount > most) list.lastElementChild.remove();
}

export function clock(time) {
  return new Date(time).toLocaleTimeString([], { hour12: false });
}

/** Three digits are enough to compare. */
export function milliseconds(ms) {
  if (ms >= 100) return Math.round(ms).toString();
  return ms.toFixed(ms >= 10 ? 1 : 2);
}
