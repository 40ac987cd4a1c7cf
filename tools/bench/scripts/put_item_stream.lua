-- What put_item does, in a table whose stream keeps new and old images.
local bench = require "bench"

bench.case {
  operation = "PutItem",
  template = '{"TableName":"bench-messages-stream","Item":' .. bench.new_message .. "}",
  expect = "^{}$",
  values = bench.new_messages,
}
