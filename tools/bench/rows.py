"""What the bench table holds: its schema, and the rows of group and message numbers.

Keys are a function of small numbers, so the Lua scripts can name any existing key without a list of keys.
The shapes of keys here and in scripts/bench.lua must agree; the check run before each measurement finds it if they don't.
"""

TABLE = "bench-messages"
STREAM_TABLE = "bench-messages-stream"  # the same, empty and with a stream
INDEX = "message-group-sk-index"
ROWS_PER_GROUP = 100
MESSAGES_PER_GROUP = 75  # the other 25 are group rows, which carry message_group_uuid and so have an index row
GROUP_ROWS_PER_GROUP = ROWS_PER_GROUP - MESSAGES_PER_GROUP

USER_UUID = "7c0d5a1e-2f64-4c1b-9a55-3e8f1b6d2a90"
MESSAGE_TEXT = "The station is ours again; tell the ambassador I will be late for dinner."  # 73 bytes: 300 a row
GROUP_TEXT = "The station is ours again; tell the ambassador I am late for it all"  # 67 bytes: 300 a row


def create_table_request(table: str = TABLE) -> dict:
    """CreateTable of Cruddur's cruddur-messages schema under our name; on demand, so that no emulator throttles."""
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
    return {
        **(stream if table == STREAM_TABLE else {}),
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("message_group_uuid", "pk", "sk")
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
            }
        ],
    }


def group_uuid(group: int) -> str:
    """36 bytes; the same as group_uuid in scripts/bench.lua."""
    return f"{group:08x}-5ae2-4fd3-9f1d-0a1b2c3d4e5f"


def sort_key(minute: int) -> str:
    """ISO time of a minute of 2026-03-14, 32 bytes; the same as sort_key in scripts/bench.lua."""
    return f"2026-03-14T{minute // 60:02d}:{minute % 60:02d}:00.000000+00:00"


def message_row(group: int, minute: int) -> dict:
    """Message number `minute` of a group: plain strings, without attribute types."""
    return {
        "pk": f"MSG#{group_uuid(group)}",
        "sk": sort_key(minute),
        "message_uuid": f"{group:08x}-{minute:04x}-4fd3-9f1d-5f4e3d2c1b0a",
        "message": MESSAGE_TEXT,
        "user_uuid": USER_UUID,
        "user_display_name": "Andrew Brown",
        "user_handle": "andrewbrown",
    }


def group_row(group: int, member: int) -> dict:
    """The row of the group in the list of one of its members."""
    return {
        "pk": f"GRP#{group:08x}-{member:04x}-4fd3-9f1d-77777777777f",
        "sk": sort_key(member),
        "message_group_uuid": group_uuid(group),
        "message": GROUP_TEXT,
        "user_uuid": USER_UUID,
        "user_display_name": "Andrew Brown",
        "user_handle": "andrewbrown",
    }


def rows(items: int):
    """All rows of a table of `items` rows, a minute at a time over all groups, as conversations grow together.

    Requires: `items` is a multiple of ROWS_PER_GROUP.
    """
    groups = items // ROWS_PER_GROUP
    for number in range(ROWS_PER_GROUP):
        for group in range(groups):
            if number < MESSAGES_PER_GROUP:
                yield message_row(group, number)
            else:
                yield group_row(group, number - MESSAGES_PER_GROUP)


def typed(row: dict) -> dict:
    """The row in DynamoDB's JSON."""
    return {name: {"S": value} for name, value in row.items()}


def billed_size(row: dict) -> int:
    """Bytes of names and values. Source: Developer Guide, "DynamoDB item sizes and formats"."""
    return sum(len(name.encode()) + len(value.encode()) for name, value in row.items())
