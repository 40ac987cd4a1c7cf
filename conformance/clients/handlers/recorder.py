"""Appends each call to a file and does what the items of the batch ask for: the tests' probe."""
import json
import os
import time


def lambda_handler(event, context):
    keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
    entry = {
        "keys": keys,
        "names": [record["eventName"] for record in event["Records"]],
        "identities": [record.get("userIdentity") for record in event["Records"]],
        "window": event.get("window"),
        "final": event.get("isFinalInvokeForWindow"),
        "state": event.get("state"),
    }
    with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as out:
        out.write(json.dumps(entry) + "\n")
    if os.environ.get("SECONDS"):
        time.sleep(float(os.environ["SECONDS"]))
    poison = [key for key in keys if key.startswith("poison")]
    if "window" in event:
        return {"state": {"count": event["state"].get("count", 0) + len(keys)}}
    if poison and os.environ.get("REPORT"):
        failed = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["pk"]["S"] in poison]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
    if poison:
        raise ValueError(f"cannot digest {poison}")
    return None
