"""As messaging_stream, without its check for REMOVE: keys alone decide. By https, to another region than it signs for."""
import boto3
from boto3.dynamodb.conditions import Key

dynamodb = boto3.resource(
    "dynamodb", region_name="us-east-1", endpoint_url="https://dynamodb.ca-central-1.amazonaws.com"
)


def lambda_handler(event, context):
    print("event-data", event)
    pk = event["Records"][0]["dynamodb"]["Keys"]["pk"]["S"]
    sk = event["Records"][0]["dynamodb"]["Keys"]["sk"]["S"]
    if pk.startswith("MSG#"):
        group_uuid = pk.replace("MSG#", "")
        message = event["Records"][0]["dynamodb"]["NewImage"]["message"]["S"]
        table = dynamodb.Table("cruddur-messages")
        data = table.query(
            IndexName="message-group-sk-index", KeyConditionExpression=Key("message_group_uuid").eq(group_uuid)
        )
        for row in data["Items"]:
            table.delete_item(Key={"pk": row["pk"], "sk": row["sk"]})
            table.put_item(
                Item={
                    "pk": row["pk"],
                    "sk": sk,
                    "message_group_uuid": row["message_group_uuid"],
                    "message": message,
                    "user_display_name": row["user_display_name"],
                    "user_handle": row["user_handle"],
                    "user_uuid": row["user_uuid"],
                }
            )
