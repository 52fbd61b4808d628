// The driver of WebKitGTK, by WebDriver: WebKitWebDriver and its MiniBrowser, on a display of their own.
import { freePort } from '../browser/server.mjs';
import { Child, removeFolder, scratchFolder } from './child.mjs';
import { COMMAND_MS, WebDriver, selectorOf } from './webdriver.mjs';

/** The key of an element's id in WebDriver. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A script that keeps the errors of the document: this kind of WebDriver has no event for them. */
const LISTEN = `
  window.thrown = [];
  addEventListener('error', ({ message }) => window.thrown.push(message));
  addEventListener('unhandledrejection', ({ reason }) => window.thrown.push(String(reason)));
`;

/** The interface of a driver, on a WebKit of its own. */
export class WebKit extends WebDriver {
  #children = [];
  #folder;
  #base;
  #session;
  #errors = [];

  /** Starts a display, the driver and the browser. */
  async begin(program) {
    this.#folder = scratchFolder();
    const screen = ['-screen', '0', '1400x1000x24', '-nolisten', 'tcp'];
    const display = this.#launch('Xvfb', ['-displayfd', '3', ...screen], {}, ['display']);
    const [, number] = await display.line(/^(\d+)$/, 3);
    const port = await freePort();
    this.#base = `http://127.0.0.1:${port}`;
    this.#launch(program, [`--port=${port}`, '--host=127.0.0.1'], {
      DISPLAY: `:${number}`,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
      XDG_CACHE_HOME: this.#folder,
      XDG_CONFIG_HOME: this.#folder,
      XDG_DATA_HOME: this.#folder,
    });
    await this.#answering();
    const { sessionId } = await this.#call('POST', '/session', { capabilities: {} });
    this.#session = `/session/${sessionId}`;
    await this.#post('/window/rect', { x: 0, y: 0, width: 1366, height: 900 });
  }

  #launch(...program) {
    const child = new Child(...program);
    this.#children.push(child);
    return child;
  }

  async open(url) {
    await this.#collect();
    await this.#post('/url', { url: 'about:blank' });
    await this.#post('/url', { url });
    await this.#run(LISTEN);
  }

  address() {
    return this.#get('/url');
  }

  async click(role, name) {
    await this.#post(`${await this.findOne(role, name)}/click`, {});
  }

  async perform(source) {
    await this.#post('/actions', { actions: [source] });
  }

  async text(role, name) {
    const found = await this.find(role, name);
    if (found === undefined) return undefined;
    // Not WebDriver's own text of an element: WebKit's leaves words out.
    const element = { [ELEMENT]: found.split('/').at(-1) };
    return this.#run('return arguments[0].innerText', element);
  }

  async errors() {
    await this.#collect();
    return this.#errors;
  }

  async close() {
    try {
      if (this.#session) await this.#call('DELETE', this.#session);
    } finally {
      // The display goes last.
      for (const child of this.#children.reverse()) await child.end();
      if (this.#folder) removeFolder(this.#folder);
    }
  }

  /** Finds the first visible element that has, to WebKit, this role and this name; returns its path. */
  async find(role, name) {
    const fits = (label) => {
      if (name.starts !== undefined) return label.startsWith(name.starts);
      // A field inside its label has its own value at the end of its name, to WebKit.
      return label === name || (role === 'textbox' && label.startsWith(`${name} `));
    };
    const search = { using: 'css selector', value: selectorOf(role) };
    for (const { [ELEMENT]: id } of await this.#post('/elements', search)) {
      const path = `/element/${id}`;
      try {
        const isIt =
          fits(await this.#get(`${path}/computedlabel`)) &&
          (await this.#get(`${path}/computedrole`)) === role &&
          (await this.#get(`${path}/displayed`));
        if (isIt) return path;
      } catch (error) {
        // The page has removed this element since the search.
        if (error.cause !== 'stale element reference') throw error;
      }
    }
    return undefined;
  }

  /** Reads the errors of the document. */
  async #collect() {
    this.#errors.push(...(await this.#run('return window.thrown?.splice(0) ?? []')));
  }

  /** Runs a script in the document; returns its result. */
  #run(script, ...args) {
    return this.#post('/execute/sync', { script, args });
  }

  #get(path) {
    return this.#call('GET', this.#session + path);
  }

  #post(path, body) {
    return this.#call('POST', this.#session + path, body);
  }

  /** Sends a command, and returns its result. */
  async #call(method, path, body) {
    const response = await fetch(this.#base + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(COMMAND_MS),
    });
    const { value } = await response.json();
    if (!response.ok) {
      const words = `${method} ${path}: ${value.error}: ${value.message}`;
      throw new Error(words, { cause: value.error });
    }
    return value;
  }

  /** Waits until the driver takes commands. */
  async #answering() {
    for (let tries = 0; tries < 100; tries += 1) {
      const ready = await this.#call('GET', '/status').then(
        (status) => status.ready,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('WebKitWebDriver does not answer.');
  }
}
