// The driver of Chromium, by Playwright.

/** The interface of a driver, on Playwright's page. */
export class Chromium {
  #page;
  #errors = [];

  constructor(page) {
    this.#page = page;
    page.on('pageerror', (error) => this.#errors.push(error.message));
  }

  /** Opens an address in place of the present document. */
  async open(address) {
    await this.#page.goto('about:blank');
    await this.#page.goto(address);
  }

  /** Returns the address of the document. */
  async address() {
    return this.#page.url();
  }

  /** Clicks the element of a role and a name. */
  async click(role, name) {
    await this.#find(role, name).click();
  }

  /** Replaces the text of a field. */
  async type(role, name, text) {
    await this.#find(role, name).fill(text);
  }

  /** Returns the visible text of an element, or undefined if there is no such element. */
  async text(role, name) {
    const found = this.#find(role, name);
    return (await found.count()) > 0 ? found.innerText() : undefined;
  }

  /** Returns the errors that the page has thrown. */
  async errors() {
    return this.#errors;
  }

  /** Finds an element by its role and its name, or by the beginning of its name. */
  #find(role, name) {
    if (name.starts === undefined) return this.#page.getByRole(role, { name, exact: true });
    const literally = name.starts.replaceAll(/[^\w\s,]/g, String.raw`\$&`);
    return this.#page.getByRole(role, { name: new RegExp(`^${literally}`) }).first();
  }
}
