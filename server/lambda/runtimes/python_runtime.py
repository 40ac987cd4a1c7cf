"""The Python side of a function: loads the handler and serves Lambda's Runtime API with the standard library alone.

Environment: AWS_LAMBDA_RUNTIME_API (host:port), _HANDLER (module.function), LAMBDA_TASK_ROOT (folder of the code).
"""
import base64
import http.client
import importlib
import json
import os
import sys
import time
import traceback

API = "/2018-06-01/runtime"
LONGEST_BODY = 8 * 1024 * 1024  # bytes; more than the Runtime API passes on, less than its server takes
TOO_LARGE = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."


class RuntimeApi:
    """One kept-alive connection to the Runtime API; not by way of the proxy that the environment names."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, API + path, body, headers or {})
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()

    def next(self):
        status, headers, event = self.call("GET", "/invocation/next")
        if status != 200:
            raise ConnectionError(f"the Runtime API answered {status}")
        return headers, event

    def respond(self, request_id, body):
        if len(body) > LONGEST_BODY:
            error = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": TOO_LARGE}
            return self.fail(f"/invocation/{request_id}/error", error)
        self.call("POST", f"/invocation/{request_id}/response", body)

    def fail(self, path, error):
        headers = {"Lambda-Runtime-Function-Error-Type": error["errorType"]}
        self.call("POST", path, json.dumps(error).encode(), headers)


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = values.get("client")


class Context:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = None
        encoded = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(encoded)) if encoded else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(message)


def error_of(exception, kind=None):
    frames = traceback.format_list(traceback.extract_tb(exception.__traceback__)[1:])
    return {
        "errorMessage": str(exception),
        "errorType": kind or type(exception).__name__,
        "stackTrace": frames,
    }


def load_handler(name):
    module_name, _, function_name = name.rpartition(".")
    if not module_name:
        raise ValueError(f"Bad handler '{name}': it has the form module.function")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise ImportError(f"Unable to import module '{module_name}': {error}") from error
    try:
        return getattr(module, function_name)
    except AttributeError as error:
        raise AttributeError(f"Handler '{function_name}' missing on module '{module_name}'") from error


def encode(value):
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def serve(api, handler):
    while True:
        headers, event = api.next()
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            result = handler(json.loads(event), Context(headers))
        except Exception as exception:  # whatever the handler raises is the invocation's result
            traceback.print_exc()
            api.fail(f"/invocation/{request_id}/error", error_of(exception))
            continue
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        try:
            body = json.dumps(result, default=encode).encode()
        except (TypeError, ValueError) as exception:
            message = f"Unable to marshal response: {exception}"
            api.fail(f"/invocation/{request_id}/error", error_of(TypeError(message), "Runtime.MarshalError"))
            continue
        api.respond(request_id, body)


def main():
    sys.stdout.reconfigure(line_buffering=True)
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    root = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[0] = root
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except BaseException as exception:  # SystemExit too: the function can't be served
        traceback.print_exc()
        kind = "Runtime.ImportModuleError" if isinstance(exception, ImportError) else None
        if isinstance(exception, AttributeError):
            kind = "Runtime.HandlerNotFound"
        api.fail("/init/error", error_of(exception, kind))
        sys.exit(1)
    serve(api, handler)


try:
    main()
except (ConnectionError, http.client.HTTPException):
    sys.exit(0)  # the server that we work for has ended
