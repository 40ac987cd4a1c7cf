-- BatchWriteItem of 25 new chat messages, each as put_item's.
local bench = require "bench"

bench.case {
  operation = "BatchWriteItem",
  template = '{"RequestItems":{"bench-messages":' .. bench.repeated('{"PutRequest":{"Item":' .. bench.new_message .. "}}", 25) .. "}}",
  expect = '"UnprocessedItems": ?{}',
  values = bench.new_messages,
}
