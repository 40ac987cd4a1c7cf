-- Query of the newest 20 messages of a random conversation, as Cruddur's get-conversation does.
local bench = require "bench"

bench.case {
  operation = "Query",
  template = '{"TableName":"bench-messages","ScanIndexForward":false,"Limit":20,'
    .. '"KeyConditionExpression":"pk = :pk AND begins_with(sk,:year)",'
    .. '"ExpressionAttributeValues":{":year":{"S":"2026"},":pk":{"S":"MSG#$1"}}}',
  expect = '"Count"%s*:%s*20%s*[,}]',
  values = bench.random_group,
}
