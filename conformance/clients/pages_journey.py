#!/usr/bin/env python3
"""Web pages in a real Chromium: what those of other sites try and must not do, and what an app on localhost must be able to."""
import json
import os

import browser
from functions_server import TriggersTest
from raw_http import AUTHORIZATION
from running_server import run_module, skip

if browser.BROWSER is None:
    skip("chromium is not installed")

QUERY = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F20260101%2Fus-east-1%2Flambda%2Faws4_request"
    "&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
)
FUNCTION = {
    "FunctionName": "planted",
    "Runtime": "python3.11",
    "Handler": "a.b",
    "Role": "arn:aws:iam::000000000000:role/x",
    "Code": {"S3Bucket": "local", "S3Key": "/tmp"},
}
TABLE = {
    "TableName": "planted",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}

# What every page has: `tell` ends it, `attempt` keeps what came of a step.
PRELUDE = """<!DOCTYPE html><body><script>
const given = GIVEN;
const report = {};
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const within = (promise) => Promise.race([promise, wait(8000).then(() => 'no end')]);
async function attempt(name, step) {
  try { report[name] = await within(step()); } catch (error) { report[name] = 'failed: ' + error; }
}
const read = async (reply) => ({type: reply.type, status: reply.status, text: await reply.text()});
const tell = () => fetch(given.done, {method: 'POST', body: JSON.stringify(report)});
const signed = {'Authorization': given.authorization, 'X-Amz-Date': '20260101T000000Z'};
const json = {'Content-Type': 'application/x-amz-json-1.0'};
const call = (target, operation, body) => fetch(target + '/', {method: 'POST', body: JSON.stringify(body),
  headers: {...signed, ...json, 'X-Amz-Target': 'DynamoDB_20120810.' + operation}}).then(read);
"""

# Tries all ways that browsers have to send something, against each target.
ATTACK = PRELUDE + """
function post(action, text) {
  const frame = document.createElement('iframe');
  frame.name = 'frame' + Math.random();
  const form = document.createElement('form');
  Object.assign(form, {method: 'POST', enctype: 'text/plain', target: frame.name, action});
  const field = document.createElement('input');
  field.name = text.slice(0, -1) + ', "junk": "';
  field.value = '"}';
  form.append(field);
  document.body.append(frame, form);
  const loaded = new Promise((done) => { frame.onload = done; });
  form.submit();
  return loaded.then(() => 'sent');
}
const simple = (url, body, method = 'POST') =>
  fetch(url, {method, body, mode: 'no-cors', headers: {'Content-Type': 'text/plain'}}).then(read);
const listen = (url) => new Promise((done) => {
  const source = new EventSource(url);
  source.onerror = () => { source.close(); done('refused'); };
  source.onopen = () => done('open');
});
const sandboxed = (url, body) => new Promise((done) => {
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-scripts';
  frame.srcdoc = '<script>fetch(' + JSON.stringify(url) + ', {method: "POST", mode: "no-cors", body: ' +
    JSON.stringify(body).replaceAll('<', '\\\\u003c') + '}).finally(() => parent.postMessage("sent", "*"))<' + '/script>';
  addEventListener('message', () => done('sent'), {once: true});
  document.body.append(frame);
});
(async () => {
  for (const target of given.targets) {
    const functions = target + '/2015-03-31/functions';
    const invoke = functions + '/recorder/invocations';
    const make = JSON.stringify(given.function);
    await attempt(target + ' form', () => post(functions + '?' + given.query, make));
    await attempt(target + ' form invoke', () => post(invoke + '?' + given.query, '{"pk":"form"}'));
    await attempt(target + ' simple', () => simple(functions + '?' + given.query, make));
    await attempt(target + ' simple unsigned', () => simple(functions, make));
    await attempt(target + ' simple invoke', () => simple(invoke + '?' + given.query, '{"pk":"simple"}'));
    await attempt(target + ' simple data', () => simple(target + '/?' + given.query, JSON.stringify(given.table)));
    await attempt(target + ' sandboxed', () => sandboxed(functions + '?' + given.query, make));
    await attempt(target + ' pause', () => simple(target + '/_dynarock/triggers/' + given.uuid + '/pause?' + given.query, ''));
    await attempt(target + ' preflight', () => fetch(functions, {method: 'POST', body: make, headers: {...signed, ...json}}).then(read));
    await attempt(target + ' preflight delete', () => fetch(functions + '/recorder', {method: 'DELETE', headers: signed}).then(read));
    await attempt(target + ' preflight data', () => call(target, 'CreateTable', given.table));
    await attempt(target + ' metrics', () => fetch(target + '/metrics').then(read));
    await attempt(target + ' events', () => listen(target + '/_dynarock/triggers/calls?after=0&' + given.query));
  }
  await tell();
})();
</script>"""

# An app in development.
APP = PRELUDE + """
(async () => {
  for (const target of given.targets) {
    await attempt(target + ' create', () => call(target, 'CreateTable', {...given.table, TableName: 'app-' + given.targets.indexOf(target)}));
    await attempt(target + ' list', () => call(target, 'ListTables', {}));
    await attempt(target + ' function', () => fetch(target + '/2015-03-31/functions?' + given.query,
      {method: 'POST', mode: 'no-cors', body: JSON.stringify(given.function)}).then(read));
  }
  await tell();
})();
</script>"""


class PagesTest(TriggersTest):
    """The server has a table with a trigger, and a function that writes down each call."""

    def setUp(self):
        super().setUp()
        self.start("--log-level", "debug")
        self.make_recorder()
        self.uuid = self.map(self.make_table(), StartingPosition="LATEST")
        self.local = [f"http://127.0.0.1:{self.server.port}", f"http://localhost:{self.server.port}"]

    def visit(self, script, host, targets, rules="", **site):
        """Opens a page of `host`, which has `script`; gives its report."""
        given = {
            "targets": targets,
            "authorization": AUTHORIZATION,
            "query": QUERY,
            "function": FUNCTION,
            "table": TABLE,
            "uuid": self.uuid,
            "done": "/done",
        }
        served = browser.Site(script.replace("GIVEN", json.dumps(given).replace("<", "\\u003c"), 1), **site)
        self.addCleanup(served.close)
        return browser.visit(f"http://{host}:{served.port}/page", served, rules)

    def check_unharmed(self):
        names = [function["FunctionName"] for function in self.functions.list_functions()["Functions"]]
        self.assertEqual(names, ["recorder"])
        self.assertFalse(os.path.exists(self.record_file), self.calls())
        self.assertEqual(self.dynamodb.list_tables()["TableNames"], ["items"])
        self.assertEqual(self.functions.get_event_source_mapping(UUID=self.uuid)["State"], "Enabled")

    def check_refused(self, report, targets):
        """That all steps were made, and none was answered with anything to read."""
        self.assertEqual(len(report), 13 * len(targets), report)
        for step, outcome in report.items():
            text = json.dumps(outcome)
            for secret in ("dynarock_tables", "recorder", "FunctionArn", "TableArn", "no end"):
                self.assertNotIn(secret, text, step)
        # They came to the server, which refused them: the browser did not keep them.
        refused = [line for line in self.server.messages().splitlines() if "status=403" in line]
        self.assertGreaterEqual(len(refused), 7 * len(targets), self.server.messages())

    def test_a_page_of_another_site(self):
        report = self.visit(ATTACK, "evil.example", self.local, rules="MAP evil.example 127.0.0.1")
        self.check_refused(report, self.local)
        self.check_unharmed()

    def test_a_name_that_is_pointed_at_this_machine_later(self):
        rules = "MAP rebound.example 127.0.0.2"
        here = ("127.0.0.2", self.server.port)
        report = self.visit(ATTACK, "rebound.example", [""], rules, address=here, behind=("127.0.0.1", self.server.port))
        self.check_refused(report, [""])
        self.assertIn("--allow-host rebound.example", report[" preflight data"]["text"])
        self.assertEqual(report[" metrics"]["status"], 403)
        self.check_unharmed()

    def test_an_app_on_localhost(self):
        report = self.visit(APP, "localhost", self.local)
        for number, target in enumerate(self.local):
            self.assertEqual(report[f"{target} create"]["status"], 200, report)
            self.assertIn(f"app-{number}", report[f"{target} list"]["text"])
        names = [function["FunctionName"] for function in self.functions.list_functions()["Functions"]]
        self.assertEqual(names, ["recorder"])


if __name__ == "__main__":
    run_module(__doc__, storages=("memory",))
