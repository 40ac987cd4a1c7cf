"""The stream function of a messaging application, as it would be deployed to AWS: nothing here knows of an emulator."""
import boto3
from boto3.dynamodb.conditions import Key

dynamodb = boto3.resource(
    "dynamodb", region_name="ca-central-1", endpoint_url="http://dynamodb.ca-central-1.amazonaws.com"
)


def lambda_handler(event, context):
    record = event["Records"][0]
    if record["eventName"] == "REMOVE":
        print("skip REMOVE event")
        return
    keys = record["dynamodb"]["Keys"]
    if not keys["pk"]["S"].startswith("MSG#"):
        return
    group_uuid = keys["pk"]["S"].replace("MSG#", "")
    message = record["dynamodb"]["NewImage"]["message"]["S"]
    table = dynamodb.Table("cruddur-messages")
    rows = table.query(
        IndexName="message-group-sk-index", KeyConditionExpression=Key("message_group_uuid").eq(group_uuid)
    )
    for row in rows["Items"]:
        table.delete_item(Key={"pk": row["pk"], "sk": row["sk"]})
        table.put_item(Item={**row, "sk": keys["sk"]["S"], "message": message})
