-- The loop as an ActionLoop executable, under any launcher (docs/loop-protocol.md).

local json = ...
local encode, null, next, type = json.encode, json.null, next, type

local function is_set(name)
  return (os.getenv(name) or "") ~= ""
end

local is_awaited, is_numbered = is_set("__OW_WAIT_FOR_ACK"), is_set("__OW_NUMBERED_ANSWERS")
local executable = { is_plain = not is_numbered }

-- What it says instead of the answer to a load line: nothing, unless it was asked to. What can't be loaded, it then tells
-- the logs.
function executable.greeting(said)
  if is_numbered then return said.ok and { ok = true, numbered = true } or said end
  if said.error then io.stderr:write(said.error, "\n") end
  return said.ok and is_awaited and { ok = true } or nil
end

-- Another launcher sends what it got: the value may be missing, and what belongs to the environment be no text.
function executable.completed(line)
  local given = { value = {} }
  for key, value in next, line do
    if key == "value" or type(value) == "string" then
      given[key] = value ~= null and value or given[key]
    elseif value ~= null then
      given[key] = encode(value)
    end
  end
  return given
end

return executable
