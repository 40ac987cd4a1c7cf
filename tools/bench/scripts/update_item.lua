-- UpdateItem of a random existing message, with a condition that holds.
local bench = require "bench"

bench.case {
  operation = "UpdateItem",
  template = '{"TableName":"bench-messages","Key":{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"}},'
    .. '"UpdateExpression":"SET edited = :e","ConditionExpression":"attribute_exists(pk) AND user_handle <> :h",'
    .. '"ExpressionAttributeValues":{":e":{"S":"$3"},":h":{"S":"nobody"}},"ReturnValues":"ALL_OLD"}',
  expect = '"message_uuid"',
  values = function(...)
    local message = bench.random_message(...)
    return function()
      local uuid, time = message()
      return uuid, time, string.format("%08d", math.random(99999999))
    end
  end,
}
