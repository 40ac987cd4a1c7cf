// The Node.js side of a function: loads the handler and serves Lambda's Runtime API with Node's own modules alone.
//
// Environment: AWS_LAMBDA_RUNTIME_API (host:port), _HANDLER (file.function), LAMBDA_TASK_ROOT (folder of the code),
// DYNAROCK_PORT_FOR_AWS (where connections to AWS's DynamoDB and Lambda go instead).
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [apiHost, apiPort] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const longestBody = 8 * 1024 * 1024; // bytes; more than the Runtime API passes on, less than its server takes
const tooLarge = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).';
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, suffix, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: apiHost, port: apiPort, agent, method, path: `/2018-06-01/runtime${suffix}`, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function errorOf(error, type) {
  const isError = error instanceof Error;
  return {
    errorType: type ?? (isError ? error.name : typeof error),
    errorMessage: isError ? error.message : String(error),
    trace: isError ? String(error.stack).split('\n') : [],
  };
}

function fail(suffix, error) {
  const headers = { 'Lambda-Runtime-Function-Error-Type': error.errorType };
  return call('POST', suffix, JSON.stringify(error), headers);
}

// The AWS SDK for JavaScript knows no proxy, so a connection to AWS's address is led to this machine where it is made.
function keepOnThisMachine() {
  const port = Number(process.env.DYNAROCK_PORT_FOR_AWS);
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connectHere(...args) {
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    const host = String(options?.host ?? options?.servername ?? '').toLowerCase();
    if (/\.(amazonaws\.com(\.cn)?|api\.aws|amazonaws\.eu)$/.test(host)) {
      if (!/(^|\.)(dynamodb|dynamodb-fips|lambda|ddb)\./.test(host)) {
        process.nextTick(() => this.destroy(new Error(`dynarock keeps functions from reaching ${host}`)));
        return this;
      }
      options.host = '127.0.0.1';
      options.port = port;
    }
    return connect.apply(this, args);
  };
}

async function loadHandler(name) {
  const dot = name.lastIndexOf('.');
  const file = path.join(process.env.LAMBDA_TASK_ROOT, name.slice(0, dot));
  const found = ['.js', '.mjs', '.cjs'].map((extension) => file + extension).find((candidate) => fs.existsSync(candidate));
  if (dot < 1 || !found) {
    throw Object.assign(new Error(`Error: Cannot find module '${name.slice(0, dot)}'`), { name: 'Runtime.ImportModuleError' });
  }
  const module = await import(pathToFileURL(found).href);
  const handler = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${name} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  }
  return handler;
}

function contextOf(headers, finish) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: finish,
    fail: (error) => finish(error),
    succeed: (result) => finish(null, result),
  };
}

// A handler answers by its promise, its callback or its context.
function invoke(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const finish = (error, result) => (error ? reject(error) : resolve(result));
    const promise = handler(event, contextOf(headers, finish), finish);
    if (promise && typeof promise.then === 'function') promise.then(resolve, reject);
    else if (handler.length < 3 && promise !== undefined) resolve(promise);
  });
}

async function serve(handler) {
  for (;;) {
    const { status, headers, body } = await call('GET', '/invocation/next');
    if (status !== 200) throw new Error(`the Runtime API answered ${status}`);
    const id = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    let result;
    try {
      result = await invoke(handler, JSON.parse(body.toString()), headers);
    } catch (error) {
      console.error(error);
      await fail(`/invocation/${id}/error`, errorOf(error));
      continue;
    }
    const text = Buffer.from(JSON.stringify(result ?? null) ?? 'null');
    if (text.length > longestBody) {
      await fail(`/invocation/${id}/error`, { errorType: 'Function.ResponseSizeTooLarge', errorMessage: tooLarge });
    } else {
      await call('POST', `/invocation/${id}/response`, text);
    }
  }
}

async function main() {
  keepOnThisMachine();
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER);
  } catch (error) {
    console.error(error);
    await fail('/init/error', errorOf(error));
    process.exit(1);
  }
  process.on('uncaughtException', (error) => {
    console.error(error);
    process.exit(129);
  });
  await serve(handler).catch((error) => {
    // The server that we work for has ended.
    process.exit(['ECONNREFUSED', 'ECONNRESET'].includes(error.code) ? 0 : 1);
  });
}

main();
