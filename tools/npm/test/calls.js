// DynamoDB's API without an SDK, for the tests of this folder.
"use strict";
const http = require("node:http");
const net = require("node:net");

const LIMIT = 60_000; // milliseconds

// The reply of `operation`; throws if it is an error.
function call(endpoint, operation, request, agent) {
  return new Promise((resolve, reject) => {
    const headers = {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `DynamoDB_20120810.${operation}`,
      Authorization: "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/dynamodb/aws4_request, " +
        "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
      "X-Amz-Date": "20260101T000000Z",
    };
    http.request(endpoint, { method: "POST", headers, agent }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk) => { text += chunk; }).on("end", () => {
        if (reply.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${operation}: ${reply.statusCode} ${text}`));
      });
    }).on("error", reject).end(JSON.stringify(request));
  });
}

const listens = (port) => new Promise((resolve) => {
  const socket = net.connect(port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
  socket.on("error", () => resolve(false));
});

// Whether no server listens at `endpoint` any more, within a time limit.
async function isGone(endpoint) {
  const port = Number(new URL(endpoint).port);
  for (const end = Date.now() + LIMIT; Date.now() < end;) {
    if (!(await listens(port))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

module.exports = { call, isGone };
