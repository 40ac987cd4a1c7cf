-- PutItem of a new chat message.
local bench = require "bench"

bench.case {
  operation = "PutItem",
  template = '{"TableName":"bench-messages","Item":' .. bench.new_message .. "}",
  expect = "^{}$",
  values = bench.new_messages,
}
