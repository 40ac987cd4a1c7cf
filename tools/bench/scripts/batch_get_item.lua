-- BatchGetItem of 100 different existing messages.
local bench = require "bench"

bench.case {
  operation = "BatchGetItem",
  template = '{"RequestItems":{"bench-messages":{"Keys":'
    .. bench.repeated('{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"}}', 100) .. "}}}",
  expect = ('"message_uuid".-'):rep(100),
  values = bench.different_messages(100),
}
