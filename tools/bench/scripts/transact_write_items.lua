-- TransactWriteItems of 4 new chat messages, each as put_item's.
local bench = require "bench"

bench.case {
  operation = "TransactWriteItems",
  template = '{"TransactItems":'
    .. bench.repeated('{"Put":{"TableName":"bench-messages","Item":' .. bench.new_message .. "}}", 4) .. "}",
  expect = "^{}$",
  values = bench.new_messages,
}
