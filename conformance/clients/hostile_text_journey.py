#!/usr/bin/env python3
"""Hostile text in every string member of every operation: each reply is JSON that boto3 reads, and no call ends in a 500.

The operations and their members are those of botocore's own service models.
"""
import json

from running_server import JourneyTest, run_module, skip

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    skip("boto3 is not installed (apt install python3-boto3)")

HOSTILE = [
    "é",
    "名前😀",
    "e\u0301\u0302\u0303",
    "\u202eabc\u2066x",
    "a\u0000b",
    "\u0085\u2028\u2029",
    "\ufeff\ufffe\uffff",
    "\"'\\/<>&{}[]",
    "%s%n%x$(id)`",
    "\U0010ffff" * 90,
]
TABLE = "hostile-text"
DEEPEST = 6  # levels of structures


def texts_of(shape, path=(), level=0):
    """The paths to all strings of a shape; a list's element is the step 0, a map's value the step "x"."""
    if level > DEEPEST:
        return
    if shape.type_name == "string":
        yield path
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from texts_of(member, (*path, name), level + 1)
    elif shape.type_name == "list":
        yield from texts_of(shape.member, (*path, 0), level + 1)
    elif shape.type_name == "map":
        yield (*path, "a key")
        yield from texts_of(shape.value, (*path, "x"), level + 1)


def sample(shape, level=0):
    """The smallest value that has all required members."""
    if shape.type_name == "structure":
        if shape.name == "AttributeValue":
            return {"S": "a"}
        required = shape.required_members if level < DEEPEST else []
        return {name: sample(shape.members[name], level + 1) for name in required}
    if shape.type_name == "list":
        return [sample(shape.member, level + 1)]
    if shape.type_name == "map":
        return {"id": sample(shape.value, level + 1)}
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else TABLE
    if shape.type_name == "blob":
        return b"x"
    return shape.type_name == "boolean" or 1


def put(value, shape, path, text):
    """`value` with `text` at `path`."""
    if not path:
        return text
    step, rest = path[0], path[1:]
    if shape.type_name == "structure":
        is_value = shape.name == "AttributeValue"  # it has one member
        kept = {} if is_value or not isinstance(value, dict) else value
        inner = shape.members[step]
        return {**kept, step: put(kept.get(step, sample(inner, DEEPEST)), inner, rest, text)}
    if shape.type_name == "list":
        inner = value[0] if isinstance(value, list) and value else sample(shape.member, DEEPEST)
        return [put(inner, shape.member, rest, text)]
    if step == "a key":
        return {text: sample(shape.value)}
    return {"x": put(sample(shape.value), shape.value, rest, text)}


class HostileTextTest(JourneyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session = boto3.session.Session(aws_access_key_id="dummy", aws_secret_access_key="dummy", region_name="us-east-1")
        config = Config(retries={"max_attempts": 0}, parameter_validation=False)
        cls.clients = {
            name: session.client(name, endpoint_url=cls.endpoint, config=config) for name in ("dynamodb", "dynamodbstreams")
        }
        cls.clients["dynamodb"].create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def call(self, client, operation, request):
        """The call must succeed, or fail with an error of the API's."""
        try:
            reply = client._make_api_call(operation, request)  # what the methods of a client do
            status = reply["ResponseMetadata"]["HTTPStatusCode"]
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            self.assertTrue(error.response["Error"]["Code"], f"{operation} {json.dumps(request, default=str)}")
        self.assertIn(status, (200, 400), f"{operation} {json.dumps(request, default=str)}")

    def test_every_member(self):
        calls = 0
        for service, client in self.clients.items():
            model = client.meta.service_model
            for operation in model.operation_names:
                shape = model.operation_model(operation).input_shape
                if shape is None:
                    continue
                for place, path in enumerate(texts_of(shape)):
                    # All texts in the members at the top, one in turn in those below.
                    texts = HOSTILE if len(path) < 3 else [HOSTILE[place % len(HOSTILE)]]
                    for text in texts:
                        with self.subTest(service=service, operation=operation, path=path, text=text):
                            self.call(client, operation, put(sample(shape), shape, path, text))
                            calls += 1
        self.assertGreater(calls, 1000)

    def test_expressions_and_statements(self):
        client = self.clients["dynamodb"]
        value = {":v": {"S": "x"}}
        for text in HOSTILE:
            for place in ("{} = :v", "a = :v AND {} = :v", "a{} = :v", "#{} = :v", ":{} = a", "contains(a, {})", "a[{}] = :v"):
                expression = place.format(text)
                with self.subTest(expression=expression):
                    request = {"TableName": TABLE, "FilterExpression": expression, "ExpressionAttributeValues": value}
                    self.call(client, "Scan", request)
                    key = {"id": {"S": "a"}}
                    for verb in ("SET", "REMOVE", "ADD", "DELETE", text):
                        request = {"TableName": TABLE, "Key": key, "UpdateExpression": f"{verb} {expression}"}
                        self.call(client, "UpdateItem", request)
                    request = {"TableName": TABLE, "Key": key, "ProjectionExpression": expression}
                    self.call(client, "GetItem", request)
            for place in ('SELECT {} FROM "' + TABLE + '"', 'SELECT * FROM "{}"', 'SELECT * FROM "' + TABLE + '" WHERE {} = 1', "{}"):
                with self.subTest(statement=place, text=text):
                    self.call(client, "ExecuteStatement", {"Statement": place.format(text)})
                    self.call(client, "BatchExecuteStatement", {"Statements": [{"Statement": place.format(text)}]})
                    self.call(client, "ExecuteTransaction", {"TransactStatements": [{"Statement": place.format(text)}]})


if __name__ == "__main__":
    run_module(__doc__)
