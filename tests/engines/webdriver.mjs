// The common parts of the drivers by the two protocols of WebDriver.

/** The time that a command has. */
export const COMMAND_MS = 30_000;

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

/** Returns the actions of a keyboard that replace the text of the focused field. */
function replacing(text) {
  const control = '\uE009';
  const stroke = (value) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
  const [down, up] = stroke(control);
  const actions = [down, ...stroke('a'), up, ...[...text].flatMap(stroke)];
  return { type: 'key', id: 'keyboard', actions };
}

/**
 * A driver by either protocol. Its subclass has `begin(program)`, which starts the program, `find(role, name)`,
 * which returns undefined if there is no such element, `perform(source)`, which performs the actions of one
 * input source, and `click` and `close`.
 */
export class WebDriver {
  /** Starts a program and what it needs; what has started of it is ended if that fails. */
  static async start(program) {
    const driver = new this();
    try {
      await driver.begin(program);
    } catch (error) {
      await driver.close();
      throw error;
    }
    return driver;
  }

  async type(role, name, text) {
    await this.click(role, name);
    await this.perform(replacing(text));
  }

  /** Finds an element that must be on the page. */
  async findOne(role, name) {
    const found = await this.find(role, name);
    if (found === undefined) throw new Error(`There is no ${role} “${name.starts ?? name}”.`);
    return found;
  }
}
