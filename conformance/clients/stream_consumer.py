"""Reads a stream as the Kinesis adapter does: lists shards, walks parents before children, keeps a checkpoint."""
from raw_http import RawConnection


class StreamError(Exception):
    """A reply that is not of status 200."""


class Consumer:
    """Keeps its place over deaths of the server: of each shard the last sequence number, and which have ended."""

    def __init__(self, stream_arn):
        self.arn = stream_arn
        self.last = {}  # shard -> sequence number of the last record seen
        self.ended = set()

    def read(self, server, take):
        """Hands all records that there are to `take`, each once. Errors: OSError, EOFError, StreamError."""
        with RawConnection(server) as connection:
            for shard in self._shards(connection):
                parent = shard.get("ParentShardId")
                if shard["ShardId"] not in self.ended and (parent not in self.known or parent in self.ended):
                    self._read_shard(connection, shard["ShardId"], take)

    def _call(self, connection, operation, body):
        reply = connection.call(operation, body, X_Amz_Target=f"DynamoDBStreams_20120810.{operation}")
        if reply.status != 200:
            raise StreamError(f"{operation} {body}: {reply.status} {reply.body[:300]}")
        return reply.json()

    def _shards(self, connection):
        shards, start = [], {}
        while True:
            page = self._call(connection, "DescribeStream", {"StreamArn": self.arn, "Limit": 3, **start})
            shards += page["StreamDescription"]["Shards"]
            last = page["StreamDescription"].get("LastEvaluatedShardId")
            if not last:
                self.known = {shard["ShardId"] for shard in shards}
                return shards
            start = {"ExclusiveStartShardId": last}

    def _read_shard(self, connection, shard, take):
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard in self.last:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self.last[shard]}
        reply = self._call(connection, "GetShardIterator", {"StreamArn": self.arn, "ShardId": shard, **start})
        iterator = reply["ShardIterator"]
        while True:
            page = self._call(connection, "GetRecords", {"ShardIterator": iterator})
            for record in page["Records"]:
                take(record)
                self.last[shard] = record["dynamodb"]["SequenceNumber"]
            iterator = page.get("NextShardIterator")
            if not iterator:
                self.ended.add(shard)
            if not iterator or not page["Records"]:
                return
