-- PutItem of a new chat message of 300 bytes, without an index row. Its groups are not those of the filled rows, so what
-- the reading cases find stays the same from round to round.
local bench = require "bench"

bench.case {
  operation = "PutItem",
  template = '{"TableName":"bench-messages","Item":{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"},"message_uuid":{"S":"$3"},'
    .. '"message":{"S":"The station is ours again; tell the ambassador I will be late for dinner."},'
    .. '"user_uuid":{"S":"7c0d5a1e-2f64-4c1b-9a55-3e8f1b6d2a90"},"user_display_name":{"S":"Andrew Brown"},'
    .. '"user_handle":{"S":"andrewbrown"}}}',
  expect = "^{}$",
  -- 12 hexadecimal digits make a row unique: 3 of the run, 1 of the thread, 8 of the request.
  values = function(_, thread, run)
    local format, groups, number = string.format, {}, 0
    for group = 1, 1000 do groups[group] = format("%08x-5ae2-4fd3-9f1d-000000000000", group) end
    local prefix = format("%03x%01x", run % 4096, thread % 16)
    return function()
      number = number + 1
      local digits = format("%08x", number)
      return groups[number % 1000 + 1], "2026-03-15T00:00:00." .. prefix .. digits, digits .. "-0000-4000-8000-00000000" .. prefix
    end
  end,
}
