import { EventEmitter } from "node:events";

declare function dynarock(options?: dynarock.DynaliteOptions): dynarock.DynaliteServer;

declare namespace dynarock {
  interface StartOptions {
    /** Port to listen on; 0, the default, picks a free port. */
    port?: number;
    /** Numeric address to listen on; 127.0.0.1 by default. */
    host?: string;
    /** Directory of the data; without it everything is in memory. */
    data?: string;
    /** More arguments of `dynarock serve`. */
    args?: string[];
    /** More environment variables of the program. */
    env?: Record<string, string>;
    /** Milliseconds it may take until it listens; 60000 by default. */
    startTimeout?: number;
  }

  interface Server {
    readonly port: number;
    readonly host: string;
    /** http://host:port, an SDK's `endpoint`. */
    readonly endpoint: string;
    readonly pid: number;
    /** The end of what it wrote to its standard error. */
    readonly messages: string;
    /** Resolves when the process is gone. */
    stop(): Promise<void>;
  }

  interface DynaliteOptions {
    /** Directory of the data; without it everything is in memory. */
    path?: string;
    /** dynalite's other options have no effect. */
    [option: string]: unknown;
  }

  interface DynaliteServer extends EventEmitter {
    listen(port: number, host: string, callback?: () => void): this;
    listen(port?: number, callback?: () => void): this;
    listen(options: { port?: number; host?: string }, callback?: () => void): this;
    address(): { address: string; family: string; port: number } | null;
    close(callback?: () => void): this;
  }

  /** Resolves when the server listens. It ends with this process at the latest, however that ends. */
  function start(options?: StartOptions): Promise<Server>;
  /** Stops one server, or all that this process started. */
  function stop(server?: Server): Promise<void>;
  function createServer(options?: DynaliteOptions): DynaliteServer;
  /** Path of the program: DYNAROCK_BINARY, in this package, or on the PATH. */
  function findBinary(environment?: Record<string, string | undefined>): string;
}

export = dynarock;
