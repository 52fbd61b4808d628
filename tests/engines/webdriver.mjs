// What the two protocols of WebDriver have in common.

/** Where elements of a role can be: the engine is asked for the role of these elements only. */
const SELECTORS = {
  button: 'button',
  log: '[role=log]',
  region: 'section, [role=region]',
  status: 'output, [role=status]',
  tab: '[role=tab]',
  tabpanel: '[role=tabpanel]',
  textbox: 'input, textarea',
  timer: '[role=timer]',
};

/** Returns the selector of the elements that can have a role. */
export function selectorOf(role) {
  const selector = SELECTORS[role];
  if (selector === undefined) throw new Error(`webdriver.mjs does not say where a ${role} can be.`);
  return selector;
}

/** Returns the error about an element that is not on the page. */
export const missing = (role, name) => new Error(`There is no ${role} “${name.starts ?? name}”.`);

/** Returns the actions of a keyboard that replace the text of the focused field. */
export function replacing(text) {
  const control = '\uE009';
  const stroke = (value) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
  const [down, up] = stroke(control);
  const actions = [down, ...stroke('a'), up, ...[...text].flatMap(stroke)];
  return { type: 'key', id: 'keyboard', actions };
}
