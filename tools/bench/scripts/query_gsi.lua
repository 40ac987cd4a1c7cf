-- Query of the newest 20 group rows of a random group through message-group-sk-index.
local bench = require "bench"

bench.case {
  operation = "Query",
  template = '{"TableName":"bench-messages","IndexName":"message-group-sk-index","ScanIndexForward":false,"Limit":20,'
    .. '"KeyConditionExpression":"message_group_uuid = :group AND begins_with(sk,:year)",'
    .. '"ExpressionAttributeValues":{":year":{"S":"2026"},":group":{"S":"$1"}}}',
  expect = '"Count"%s*:%s*20%s*[,}]',
  values = bench.random_group,
}
