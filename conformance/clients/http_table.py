"""A table to call by hand-written HTTP, for the journeys of HTTP itself."""
from raw_http import RawConnection, call
from running_server import JourneyTest

TABLE = "http"
MEGABYTE = 1024 * 1024
CREATE = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}


def put(key, **more):
    return {"TableName": TABLE, "Item": {"pk": {"S": key}, **more}}


def get(key):
    return {"TableName": TABLE, "Key": {"pk": {"S": key}}}


class HttpTest(JourneyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        assert call(cls.server, "CreateTable", CREATE).status == 200

    def connect(self):
        connection = RawConnection(self.server)
        self.addCleanup(connection.close)
        return connection

    def call(self, operation, body, **options):
        return call(self.server, operation, body, **options)

    def check_alive(self):
        self.assertEqual(self.call("ListTables", {}).json(), {"TableNames": [TABLE]})
