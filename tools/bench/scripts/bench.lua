-- What all cases share: requests from a template, unique threads, a check mode and a summary for programs to read.
-- Run by wrk from this folder: wrk ... -s get_item.lua URL -- RUN GROUPS MODE   (MODE: load or check)
local bench = {}

local concat, format = table.concat, string.format
local threads = {}

-- 36 bytes; the same as group_uuid in rows.py.
function bench.group_uuid(group)
  return format("%08x-5ae2-4fd3-9f1d-0a1b2c3d4e5f", group)
end

-- 32 bytes; the same as sort_key in rows.py.
function bench.sort_key(minute)
  return format("2026-03-14T%02d:%02d:00.000000+00:00", math.floor(minute / 60), minute % 60)
end

-- The uuids of groups 0 to count - 1, under 1 to count.
function bench.group_uuids(count)
  local uuids = {}
  for group = 0, count - 1 do uuids[#uuids + 1] = bench.group_uuid(group) end
  return uuids
end

-- The values of a case that asks for a random group.
function bench.random_group(_, _, _, groups)
  local random, uuids = math.random, bench.group_uuids(groups)
  return function()
    return uuids[random(#uuids)]
  end
end

-- The values of a case that asks for a random message: its group and its sort key.
function bench.random_message(_, _, _, groups)
  local random, uuids, times = math.random, bench.group_uuids(groups), {}
  for minute = 0, 74 do times[#times + 1] = bench.sort_key(minute) end
  return function()
    return uuids[random(#uuids)], times[random(#times)]
  end
end

-- Values of `count` random messages in a row that are all different ones, for calls that name no key twice.
function bench.different_messages(count)
  return function(_, _, _, groups)
    local random, uuids, total, step = math.random, bench.group_uuids(groups), groups * 75, 7919
    local number, left = 0, 0
    return function()
      if left == 0 then number, left = random(total), count end
      number, left = (number + step) % total, left - 1
      return uuids[math.floor(number / 75) + 1], bench.sort_key(number % 75)
    end
  end
end

-- A new chat message of 300 bytes, without an index row. Its groups are not those of the filled rows, so what the reading
-- cases find stays the same from round to round.
bench.new_message = '{"pk":{"S":"MSG#$1"},"sk":{"S":"$2"},"message_uuid":{"S":"$3"},'
  .. '"message":{"S":"The station is ours again; tell the ambassador I will be late for dinner."},'
  .. '"user_uuid":{"S":"7c0d5a1e-2f64-4c1b-9a55-3e8f1b6d2a90"},"user_display_name":{"S":"Andrew Brown"},'
  .. '"user_handle":{"S":"andrewbrown"}}'

-- Its values. 12 hexadecimal digits make a row unique: 3 of the run, 1 of the thread, 8 of the message.
function bench.new_messages(_, thread, run)
  local groups, number = {}, 0
  for group = 1, 1000 do groups[group] = format("%08x-5ae2-4fd3-9f1d-000000000000", group) end
  local prefix = format("%03x%01x", run % 4096, thread % 16)
  return function()
    number = number + 1
    local digits = format("%08x", number)
    return groups[number % 1000 + 1], "2026-03-15T00:00:00." .. prefix .. digits, digits .. "-0000-4000-8000-00000000" .. prefix
  end
end

-- `count` times the text, as the elements of a JSON list.
function bench.repeated(text, count)
  return "[" .. (text .. ","):rep(count - 1) .. text .. "]"
end

-- The text cut at each $1, $2, $3: constants at odd places, slots (empty) at even places; and how many slots are one group.
local function cut(template)
  local parts, from, group = {}, 1, 1
  for at, slot in template:gmatch("()%$([123])") do
    parts[#parts + 1] = template:sub(from, at - 1)
    parts[#parts + 1] = ""
    from, group = at + 2, math.max(group, tonumber(slot))
  end
  parts[#parts + 1] = template:sub(from)
  return parts, group
end

local function head(operation, length)
  return concat({
    "POST / HTTP/1.1",
    "Host: " .. wrk.headers["Host"],
    "X-Amz-Target: DynamoDB_20120810." .. operation,
    "Content-Type: application/x-amz-json-1.0",
    "X-Amz-Date: 20260101T000000Z",
    "Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
      .. "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" .. ("0"):rep(64),
    "Content-Length: " .. length,
    "", "",
  }, "\r\n")
end

-- The function wrk calls for each request. The header is made once, so all values must keep their width.
local function requests(case, values)
  local parts, group = cut(case.template)
  local size = #parts
  local function fill()
    for place = 2, size, 2 * group do
      local first, second, third = values()
      parts[place] = first
      if second then parts[place + 2] = second end
      if third then parts[place + 4] = third end
    end
  end
  fill()
  local length = #concat(parts)
  parts[1] = head(case.operation, length) .. parts[1]
  local total = #concat(parts)
  fill()
  assert(#concat(parts) == total, "values of a case must keep their width")
  return function()
    fill()
    return concat(parts)
  end
end

-- Counts replies that are not 200 or lack case.expect (a Lua pattern). Costs time, so only in check mode.
local function checker(expect)
  return function(status, _, body)
    if status ~= 200 or not body:find(expect) then
      mismatches = mismatches + 1
      if mismatches == 1 then sample = status .. " " .. body:sub(1, 300):gsub("%s+", " ") end
    end
  end
end

local function print_summary(summary, latency)
  local values = {
    requests = summary.requests, duration_us = summary.duration, bytes = summary.bytes,
    connect_errors = summary.errors.connect, read_errors = summary.errors.read,
    write_errors = summary.errors.write, status_errors = summary.errors.status,
    timeout_errors = summary.errors.timeout, mismatches = 0,
    p50_us = latency:percentile(50), p90_us = latency:percentile(90), p99_us = latency:percentile(99),
    p999_us = latency:percentile(99.9), max_us = latency.max, mean_us = latency.mean,
  }
  for _, thread in ipairs(threads) do
    values.mismatches = values.mismatches + thread:get("mismatches")
    local text = thread:get("sample")
    if text then print("bench.sample " .. text) end
  end
  for name, value in pairs(values) do print(format("bench.%s %.3f", name, value)) end
end

-- Declares the case of this script:
--   operation  DynamoDB's name, for X-Amz-Target
--   template   the body, with $1, $2, $3 in this order where a request's own values go; all of them again for each item
--   values     function(bench, thread, run, groups) giving a function that returns those of one item, each of fixed width
--   expect     Lua pattern that a right reply's body has
function bench.case(case)
  function setup(thread)
    thread:set("thread_number", #threads)
    threads[#threads + 1] = thread
  end

  function init(args)
    local run, groups = tonumber(args[1]), tonumber(args[2])
    mismatches = 0
    math.randomseed(run * 64 + thread_number)
    request = requests(case, case.values(bench, thread_number, run, groups))
    if args[3] == "check" then response = checker(case.expect) end
  end

  function done(summary, latency)
    print_summary(summary, latency)
  end
end

return bench
