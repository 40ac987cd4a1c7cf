-- GetItem of a random existing message.
local bench = require "bench"

bench.case {
  operation = "GetItem",
  template = '{"TableName":"bench-messages","Key":{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"}}}',
  expect = '"message_uuid"',
  values = bench.random_message,
}
