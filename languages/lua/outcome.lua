-- What is told of what the action returned or raised.

local json = ...
local encode, null, traceback, stderr = json.encode, json.null, debug.traceback, io.stderr
local pcall, type, tostring, getmetatable = pcall, type, tostring, getmetatable
local gsub, match = string.gsub, string.match

local outcome = {}

-- Nothing counts as `{}`. What is no table has no value that matters: the launcher refuses it. (Not so null, which the
-- ActionLoop proxy takes for an object.)
function outcome.of_result(result)
  if result == nil then return "{}" end
  return type(result) == "table" and result ~= null and encode(result) or "false"
end

-- What xpcall makes of an error: the value that was raised, and where, as far as it is the user's.
function outcome.traced(raised)
  local stack = traceback("", 2)
  return { raised = raised, stack = match(stack, "^(.*)\n\t%[C%]: in function 'xpcall'") or stack }
end

local function text_of(raised)
  local fine, text = pcall(tostring, raised)
  return fine and gsub(text, "\n$", "") or type(raised)
end

-- A table is told as it is, unless it has a text of its own.
local function value_of(raised)
  local meta = getmetatable(raised)
  local has_text = type(meta) == "table" and meta.__tostring
  if type(raised) ~= "table" or has_text then return text_of(raised) end
  return raised
end

-- The answer to an activation; stderr gets it with its stack.
-- @param failure what `traced` made, or a text: one of the loop, or that there is no memory to trace it
function outcome.of_error(failure)
  if type(failure) ~= "table" then failure = { raised = failure, stack = "" } end
  local value = value_of(failure.raised)
  local fine, told = pcall(encode, value)
  pcall(stderr.write, stderr, type(value) == "string" and value or told, failure.stack, "\n")
  return '{"error":' .. (fine and told or encode(told)) .. "}"
end

-- Why the action did not load.
function outcome.detail_of(failure)
  return type(failure) == "table" and text_of(failure.raised) .. failure.stack or failure
end

return outcome
