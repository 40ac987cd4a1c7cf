-- ExecuteStatement that selects a random existing message by its key, as get_item does.
local bench = require "bench"

bench.case {
  operation = "ExecuteStatement",
  template = [[{"Statement":"SELECT * FROM \"bench-messages\" WHERE pk = ? AND sk = ?",]]
    .. '"Parameters":[{"S":"MSG#$1"},{"S":"$2"}]}',
  expect = '"message_uuid"',
  values = bench.random_message,
}
