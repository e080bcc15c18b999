/** The page's own few words for the document: finding, making and filling elements. */

export const find = (selector) => document.querySelector(selector);

/** A new element; `children` are texts and nodes. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A name as the model has it; a long one may break after what joins its words. */
export function codeOf(name) {
  const parts = name.split(/(?<=[_./:-])/);
  return element('code', {}, ...parts.flatMap((part, i) => (i === 0 ? [part] : [element('wbr'), part])));
}

/** An error as what it is: its class, what it says, and its code if it has one. */
export function described({ name = 'Error', message, code }) {
  const parts = [element('strong', {}, name), ` ${message}`];
  return typeof code === 'string' ? [...parts, ' ', element('code', {}, code)] : parts;
}

/** Show an error; `subject` is what it is about. */
export function showError(place, error, subject = '') {
  place.replaceChildren(...(subject === '' ? [] : [`${subject}: `]), ...described(error));
  place.hidden = false;
}

export function hideError(place) {
  place.hidden = true;
  place.replaceChildren();
}
