"""The chat app Cruddur's table and rows, as its course's scripts make them."""
import datetime
import uuid

TABLE = "cruddur-messages"
INDEX = "message-group-sk-index"
GROUP = "5ae290ed-55d1-47a0-bc6d-fe2bc2700399"
MINE = {"uuid": "0b1c8b0e-8a3d-4c6b-9d59-1e2f1f6b0a01", "display_name": "Andrew Brown", "handle": "andrewbrown"}
OTHER = {"uuid": "7d0a2c9f-4f0e-4d0c-8a55-6f1b7a9c0b02", "display_name": "Andrew Bayko", "handle": "bayko"}
MESSAGES = 102
YEAR = "2026"

_BOTH = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
SCHEMA = {
    "TableName": TABLE,
    "AttributeDefinitions": [
        {"AttributeName": "message_group_uuid", "AttributeType": "S"},
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": INDEX,
            "KeySchema": [
                {"AttributeName": "message_group_uuid", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": _BOTH,
        }
    ],
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": _BOTH,
}


def sent_at(number):
    """The time of a message: they are a minute apart."""
    start = datetime.datetime(int(YEAR), 3, 1, 9, 0, tzinfo=datetime.timezone.utc)
    return (start + datetime.timedelta(minutes=number)).isoformat()


def _of(user):
    return {f"user_{name}": value for name, value in user.items()}


def message_row(number):
    sender = MINE if number % 2 == 0 else OTHER
    return {
        "pk": f"MSG#{GROUP}",
        "sk": sent_at(number),
        "message_uuid": str(uuid.UUID(int=number)),
        "message": f"message {number} of {MESSAGES}: ça va, 🐄?",
        **_of(sender),
    }


def group_row(owner, other):
    return {
        "pk": f"GRP#{owner['uuid']}",
        "sk": sent_at(MESSAGES - 1),
        "message_group_uuid": GROUP,
        "message": message_row(MESSAGES - 1)["message"],
        **_of(other),
    }


def rows():
    """Two group rows and the messages, oldest first."""
    return [group_row(MINE, OTHER), group_row(OTHER, MINE), *(message_row(number) for number in range(MESSAGES))]


def typed(row):
    """A row of strings in DynamoDB's JSON."""
    return {name: {"S": value} for name, value in row.items()}
