// The driver of Firefox, by WebDriver BiDi: a socket to the browser itself, without a program between.
// `puppeteer-core` does the same with 80 packages more.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { Child, removeFolder, scratchFolder } from './child.mjs';
import { COMMAND_MS, WebDriver, selectorOf } from './webdriver.mjs';

/** Settings of a browser that contacts only this machine. */
const SETTINGS = {
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // Everything but this machine goes to a proxy that is not there. Firefox needs none for 127.0.0.1.
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'toolkit.telemetry.enabled': false,
};

/** A function of the document that finds the visible element with a name, or with the beginning of one. */
const GUESS = `(selector, wanted, isBeginning) => {
  const text = (it) => it?.textContent.trim();
  const nameOf = (it) =>
    it.ariaLabel ?? text(it.ariaLabelledByElements?.[0]) ?? text(it.labels?.[0]) ?? text(it);
  const fits = (name) => (isBeginning ? name.startsWith(wanted) : name === wanted);
  for (const it of document.querySelectorAll(selector)) {
    if (it.checkVisibility() && fits(nameOf(it))) return [it.parentElement, nameOf(it)];
  }
  return null;
}`;

/** The interface of a driver, on a Firefox of its own. */
export class Firefox extends WebDriver {
  #child;
  #folder;
  #socket;
  #context;
  #calls = new Map();
  #last = 0;
  #errors = [];

  /** Starts Firefox without a window. */
  async begin(program) {
    this.#folder = scratchFolder();
    const lines = Object.entries(SETTINGS).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    );
    writeFileSync(join(this.#folder, 'user.js'), lines.join('\n'));
    const args = ['--headless', '--no-remote', '--profile', this.#folder, '--remote-debugging-port', '0'];
    // Firefox refuses a home of another user, as under sudo.
    this.#child = new Child(program, args, { HOME: this.#folder, MOZ_CRASHREPORTER_DISABLE: '1' });
    const [, address] = await this.#child.line(/WebDriver BiDi listening on (ws:\S+)/);
    this.#socket = new WebSocket(`${address}/session`, { handshakeTimeout: COMMAND_MS });
    this.#socket.on('message', (data) => this.#receive(JSON.parse(data)));
    this.#socket.on('close', () => this.#abort(new Error('Firefox has ended.')));
    await once(this.#socket, 'open');
    await this.#call('session.new', { capabilities: {} });
    await this.#call('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = await this.#call('browsingContext.getTree', {});
    this.#context = contexts[0].context;
    await this.#command('browsingContext.setViewport', { viewport: { width: 1366, height: 768 } });
  }

  async open(address) {
    for (const url of ['about:blank', address]) {
      await this.#command('browsingContext.navigate', { url, wait: 'complete' });
    }
  }

  async address() {
    const { contexts } = await this.#call('browsingContext.getTree', { root: this.#context });
    return contexts[0].url;
  }

  async click(role, name) {
    await this.#click(await this.findOne(role, name));
  }

  async text(role, name) {
    const found = await this.find(role, name);
    if (found === undefined) return undefined;
    return (await this.#apply('(it) => it.innerText', found)).value;
  }

  async errors() {
    return this.#errors;
  }

  async close() {
    this.#socket?.terminate();
    await this.#child?.end();
    if (this.#folder) removeFolder(this.#folder);
  }

  /** Finds an element in Firefox's accessibility tree, by its role and its whole name. */
  async find(role, name) {
    // A search of the whole tree takes seconds while the page changes, so it begins beside the element.
    const near = await this.#near(role, name);
    if (near === undefined) return undefined;
    const locator = { type: 'accessibility', value: { role, name: near.name } };
    const startNodes = [near.parent];
    const { nodes } = await this.#command('browsingContext.locateNodes', { locator, startNodes });
    const [{ sharedId } = {}] = nodes;
    return sharedId && { sharedId };
  }

  /** Guesses by attributes which element has a role and a name; returns its parent and the guessed name. */
  async #near(role, name) {
    const text = (value) => ({ type: 'string', value });
    const wanted = [text(selectorOf(role)), text(name.starts ?? name)];
    const { type, value } = await this.#apply(GUESS, ...wanted, {
      type: 'boolean',
      value: name.starts !== undefined,
    });
    if (type === 'null') return undefined;
    const [parent, whole] = value;
    return { parent: { sharedId: parent.sharedId }, name: whole.value };
  }

  async #click(element) {
    await this.#apply("(it) => it.scrollIntoView({ block: 'nearest' })", element);
    const pointer = [
      { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element } },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ];
    await this.perform({ type: 'pointer', id: 'mouse', actions: pointer });
  }

  async perform(source) {
    await this.#command('input.performActions', { actions: [source] });
  }

  /** Calls a function of the document with elements or values; returns its result as BiDi describes it. */
  async #apply(functionDeclaration, ...args) {
    const { result, exceptionDetails } = await this.#call('script.callFunction', {
      functionDeclaration,
      arguments: args,
      target: { context: this.#context },
      awaitPromise: false,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result;
  }

  #command(method, params) {
    return this.#call(method, { context: this.#context, ...params });
  }

  /** Sends a command, and waits for its result. */
  async #call(method, params) {
    const id = (this.#last += 1);
    const { promise, resolve, reject } = deferred();
    this.#calls.set(id, { resolve, reject });
    const timer = setTimeout(
      () => reject(new Error(`Firefox has not answered ${method}.`)),
      COMMAND_MS,
    );
    this.#socket.send(JSON.stringify({ id, method, params }));
    try {
      return await promise;
    } catch (error) {
      throw new Error(`${method}: ${error.message}`);
    } finally {
      clearTimeout(timer);
      this.#calls.delete(id);
    }
  }

  #receive({ type, id, result, error, message, method, params }) {
    if (type === 'event') {
      if (method === 'log.entryAdded' && params.level === 'error') this.#errors.push(params.text);
    } else if (type === 'success') {
      this.#calls.get(id)?.resolve(result);
    } else {
      this.#calls.get(id)?.reject(new Error(`${error}: ${message}`));
    }
  }

  #abort(error) {
    for (const { reject } of this.#calls.values()) reject(error);
  }
}

/** A promise with its two ends. */
function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return ends;
}
