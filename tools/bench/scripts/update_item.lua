-- UpdateItem of a random existing message, with a condition that holds.
local bench = require "bench"

bench.case {
  operation = "UpdateItem",
  template = '{"TableName":"bench-messages","Key":{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"}},'
    .. '"UpdateExpression":"SET edited = :e","ConditionExpression":"attribute_exists(pk) AND user_handle <> :h",'
    .. '"ExpressionAttributeValues":{":e":{"S":"$3"},":h":{"S":"nobody"}},"ReturnValues":"ALL_OLD"}',
  expect = '"message_uuid"',
  values = function(bench, _, _, groups)
    local random, uuids, times = math.random, bench.group_uuids(groups), {}
    for minute = 0, 74 do times[#times + 1] = bench.sort_key(minute) end
    return function()
      return uuids[random(#uuids)], times[random(#times)], string.format("%08d", random(99999999))
    end
  end,
}
