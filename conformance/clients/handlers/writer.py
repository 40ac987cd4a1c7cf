"""Counts in the row that the event names, which its caller may have written just before."""
import boto3

dynamodb = boto3.client(
    "dynamodb", region_name="us-east-1", endpoint_url="http://dynamodb.us-east-1.amazonaws.com"
)


def lambda_handler(event, context):
    reply = dynamodb.update_item(
        TableName="items",
        Key={"pk": {"S": event["pk"]}},
        UpdateExpression="ADD written :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    return reply["Attributes"]["written"]["N"]
