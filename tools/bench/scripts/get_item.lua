-- GetItem of a random existing message.
local bench = require "bench"

bench.case {
  operation = "GetItem",
  template = '{"TableName":"bench-messages","Key":{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"}}}',
  expect = '"message_uuid"',
  values = function(bench, _, _, groups)
    local random, uuids, times = math.random, bench.group_uuids(groups), {}
    for minute = 0, 74 do times[#times + 1] = bench.sort_key(minute) end
    return function()
      return uuids[random(#uuids)], times[random(#times)]
    end
  end,
}
