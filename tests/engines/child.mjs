// A child process with a scratch folder, ended together with everything that it started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The time that a program has to start, and to end. */
const START_MS = 30_000;
const END_MS = 5_000;

/** Creates a folder that no other process uses. */
export const scratchFolder = () => mkdtempSync(join(tmpdir(), 'ringside-engine-'));

/** Removes a scratch folder, even if the last of its users is still writing to it. */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/** A program that runs until `end` is called, or until this process ends. */
export class Child {
  #process;
  #failure;
  #killAtExit = () => this.#signal('SIGKILL');

  /** Starts a program; its output is read by `line`, from `pipes` beside the standard ones. */
  constructor(program, args, env = {}, pipes = []) {
    this.name = program;
    this.#process = spawn(program, args, {
      // A group of its own, so that `end` reaches the processes that the program starts.
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...pipes.map(() => 'pipe')],
    });
    this.#process.once('error', (error) => (this.#failure = error));
    // A pipe that nobody reads would stop the program once it is full.
    this.#process.stdout.resume();
    this.#process.stderr.resume();
    process.once('exit', this.#killAtExit);
  }

  /** Waits for a line that matches, on a pipe of the program; returns the match. */
  async line(pattern, pipe = 2) {
    const lines = createInterface({ input: this.#process.stdio[pipe] });
    const seen = [];
    const timer = setTimeout(() => lines.close(), START_MS);
    try {
      for await (const line of lines) {
        const match = line.match(pattern);
        if (match) return match;
        seen.push(line);
      }
    } finally {
      clearTimeout(timer);
      this.#process.stdio[pipe].resume();
    }
    const why = this.#failure?.message ?? (seen.slice(-5).join('\n') || 'It printed nothing.');
    throw new Error(`${this.name} did not start. ${why}`);
  }

  /** Ends the program and what it started: politely at first. */
  async end() {
    const child = this.#process;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      this.#signal('SIGTERM');
      const timer = setTimeout(() => this.#signal('SIGKILL'), END_MS);
      await ended;
      clearTimeout(timer);
    }
    this.#signal('SIGKILL');
    process.off('exit', this.#killAtExit);
  }

  /** Sends a signal to the group of the program. */
  #signal(signal) {
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, signal);
    } catch (error) {
      // The group has ended.
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
