// Starts dynarock for tests and ends it again: start() and stop(), and servers as dynalite's users know them.
"use strict";
const { spawn } = require("node:child_process");
const { EventEmitter } = require("node:events");
const { findBinary } = require("./find_binary.js");

const LISTENING = /listening on http:\/\/(.+):(\d+),/;
const KEPT_MESSAGES = 64 * 1024; // characters
const OPTIONS = ["args", "data", "env", "host", "port", "startTimeout"];
const running = new Set();

function commandLine({ args = [], data, host, port = 0 }) {
  const storage = data === undefined ? ["--in-memory"] : ["--data", data];
  const address = host === undefined ? [] : ["--host", host];
  return ["serve", "--port", String(port), ...address, ...storage, "--stop-with-stdin", ...args];
}

// A process of ours. Its standard input is a pipe that ends with us, even if we are killed, and that ends it.
class DynarockServer {
  constructor(options) {
    const environment = { ...process.env, ...options.env };
    // What is said here counts, not the variables of a server of the surroundings.
    for (const name of ["DYNAROCK_DATA", "DYNAROCK_IN_MEMORY"]) delete environment[name];
    this.messages = "";
    this.child = spawn(findBinary(environment), commandLine(options), { env: environment, stdio: "pipe" });
    this.child.stdin.on("error", () => {});
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.messages = (this.messages + text).slice(-KEPT_MESSAGES);
    });
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) => resolve({ code, signal }));
      this.child.once("error", () => resolve({ code: null, signal: null }));
    });
    running.add(this);
    this.ended.then(() => running.delete(this));
  }

  get pid() {
    return this.child.pid;
  }

  // Resolves when it listens; port, host and endpoint are set then.
  listening(limit) {
    return new Promise((resolve, reject) => {
      let text = "";
      const timer = setTimeout(() => {
        this.child.kill("SIGKILL");
        reject(new Error(`dynarock did not listen within ${limit} ms; it said: ${text}${this.messages}`));
      }, limit);
      this.child.once("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      this.ended.then(({ code, signal }) => {
        clearTimeout(timer);
        reject(new Error(this.messages.trim() || `dynarock ended at its start with ${signal || code}.`));
      });
      this.child.stdout.setEncoding("utf8").on("data", (chunk) => {
        if (this.port !== undefined) return;
        text += chunk;
        const match = LISTENING.exec(text);
        if (!match) return;
        clearTimeout(timer);
        [this.host, this.port] = [match[1], Number(match[2])];
        this.endpoint = `http://${this.host}:${this.port}`;
        resolve(this);
      });
    });
  }

  // From now on it does not keep this process alive.
  unref() {
    for (const part of [this.child, this.child.stdin, this.child.stdout, this.child.stderr]) part.unref();
    return this;
  }

  ref() {
    for (const part of [this.child, this.child.stdin, this.child.stdout, this.child.stderr]) part.ref();
  }

  // Resolves when the process is gone; its data directory may be used again then.
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.ref();
      this.child.kill("SIGTERM");
    }
    await this.ended;
  }
}

async function start(options = {}) {
  const unknown = Object.keys(options).filter((name) => !OPTIONS.includes(name));
  if (unknown.length > 0) throw new TypeError(`unknown option of start(): ${unknown.join(", ")}; the options are ${OPTIONS.join(", ")}.`);
  const server = await new DynarockServer(options).listening(options.startTimeout ?? 60_000);
  return server.unref();
}

// Stops `server`, or all that this process started.
async function stop(server) {
  await Promise.all((server ? [server] : [...running]).map((one) => one.stop()));
}

// A server with listen(), close() and address(), as dynalite() gives. Of dynalite's options `path` counts.
class DynaliteServer extends EventEmitter {
  constructor({ path, ssl } = {}) {
    super();
    if (ssl) throw new TypeError("dynarock serves TLS on the same port: leave out `ssl`.");
    this.path = path;
  }

  // listen(port, [host], [callback]) or listen({ port, host }, [callback]); errors come as the event `error`.
  listen(...given) {
    const callback = typeof given.at(-1) === "function" ? given.pop() : undefined;
    const { port, host } = typeof given[0] === "object" ? given[0] : { port: given[0], host: given[1] };
    if (callback) this.once("listening", callback);
    this.started = start({ port: port ?? 0, data: this.path, ...(host && { host }) });
    this.started.then(
      (server) => {
        this.server = server;
        server.ref();
        this.emit("listening");
      },
      (error) => this.emit("error", error));
    return this;
  }

  address() {
    return this.server ? { address: this.server.host, family: "IPv4", port: this.server.port } : null;
  }

  close(callback) {
    if (callback) this.once("close", callback);
    const started = this.started ?? Promise.resolve();
    started.then((server) => server?.stop(), () => {}).then(() => {
      this.server = undefined;
      this.emit("close");
    });
    return this;
  }
}

const createServer = (options) => new DynaliteServer(options);

module.exports = Object.assign(createServer, { createServer, start, stop, findBinary });
