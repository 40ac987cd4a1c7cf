#!/usr/bin/env python3
"""Runs javascript/journey.mjs, the AWS SDK for JavaScript v3, against the dynarock program, in memory and on disk."""
import os
import shutil
import subprocess

from running_server import JourneyTest, run_module, skip

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "javascript")


class JavascriptTest(JourneyTest):
    def test_journey(self):
        environment = {**os.environ, "DYNAROCK_ENDPOINT": self.endpoint}
        done = subprocess.run(
            ["node", os.path.join(FOLDER, "journey.mjs")],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    if not shutil.which("node"):
        skip("Node.js is not installed (apt install nodejs)")
    if not os.path.isdir(os.path.join(FOLDER, "node_modules")):
        skip(f"the SDK is not installed (npm ci --ignore-scripts --prefix {FOLDER})")
    run_module(__doc__)
