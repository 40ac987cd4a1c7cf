"""Debian's boto3 as a client of the dynarock program, for the journeys of boto3."""
import uuid

from running_server import JourneyTest, Settings, skip

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    skip("boto3 is not installed (apt install python3-boto3)")

SIMPLE_KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


class BotoTest(JourneyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session = boto3.session.Session(
            aws_access_key_id="dummy", aws_secret_access_key="dummy", region_name="us-east-1"
        )
        config = Config(retries={"max_attempts": 1})
        cls.region = "ddblocal" if Settings.storage == "local" else "us-east-1"
        cls.client = session.client("dynamodb", endpoint_url=cls.endpoint, config=config)
        cls.streams = session.client("dynamodbstreams", endpoint_url=cls.endpoint, config=config)
        cls.resource = session.resource("dynamodb", endpoint_url=cls.endpoint, config=config)

    def expect_error(self, code, call, **arguments):
        """The call must fail with this error; gives the reply."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        return caught.exception.response

    def new_table(self, **schema):
        """A table of its own for a test, by default with the partition key `id`."""
        name = f"table-{uuid.uuid4()}"
        self.client.create_table(TableName=name, **(schema or SIMPLE_KEY))
        self.client.get_waiter("table_exists").wait(TableName=name)
        return self.resource.Table(name)
