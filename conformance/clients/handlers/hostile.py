"""Does to the server that runs it what the event requests: the probe of hostile_functions_journey.py."""
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time

RUNTIME_API = os.environ["AWS_LAMBDA_RUNTIME_API"]

if os.environ.get("HANG_IN_INIT"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def background(seconds, own_session):
    """A child that holds our output; its process id."""
    return subprocess.Popen(["sleep", str(seconds)], start_new_session=own_session).pid


def open_files():
    links = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            links[number] = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            pass  # the listing's own
    return links


def ask(headers):
    """The status of a request of the Runtime API with these headers."""
    connection = http.client.HTTPConnection(RUNTIME_API, timeout=10)
    connection.putrequest("POST", "/2018-06-01/runtime/init/error", skip_host="Host" in headers)
    for name, value in {**headers, "Content-Length": "2"}.items():
        connection.putheader(name, value)
    connection.endheaders(b"{}")
    return connection.getresponse().status


def die(how):
    if how == "segfault":
        ctypes.string_at(0)
    elif isinstance(how, str):
        os.kill(os.getpid(), getattr(signal, how))
    os._exit(how)


def spam():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        sys.stdout.write("spam " * 1000 + "\n")


def lambda_handler(event, context):
    result = {"runtime_api": RUNTIME_API, "pid": os.getpid()}
    if "seconds" in event:
        time.sleep(event["seconds"])
    if "background" in event:
        result["background"] = background(event["background"], event.get("own_session", False))
    if event.get("files"):
        result["files"] = open_files()
    if "ask" in event:
        result["statuses"] = [ask(headers) for headers in event["ask"]]
    if "print" in event:
        sys.stdout.write("x" * event["print"] + "\n")
    if "answer" in event:
        return "y" * event["answer"]
    if event.get("context"):
        result["custom"] = context.client_context.custom if context.client_context else None
    if "die" in event:
        die(event["die"])
    if event.get("spam"):
        spam()
    if "file" in event:
        with open(event["file"], "a", encoding="utf-8") as out:
            out.write("called\n")
    return result
