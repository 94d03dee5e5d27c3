-- The variables of the running activation. Lua can't set its environment, so `os.getenv` looks here first, and what the
-- action starts by `os.execute` and `io.popen` is told by the command that starts it.

local getenv, execute, popen = os.getenv, os.execute, io.popen
local concat, gsub, find, upper, next = table.concat, string.gsub, string.find, string.upper, next

local PREFIX = "__OW_"
local CLOSE_PIPES = "exec 4<&- 5<&- 7<&- 8<&-" -- the loop's own, as start.sh and loop.lua opened them

local given = {}

local function in_front(command)
  local lines = { CLOSE_PIPES }
  for name, value in next, given do
    if find(name, "^[%w_]+$") then -- a shell can't export the others
      lines[#lines + 1] = "export " .. name .. "='" .. gsub(value, "'", "'\\''") .. "'"
    end
  end
  lines[#lines + 1] = command
  return concat(lines, "\n")
end

function os.getenv(name)
  return given[name] or getenv(name)
end

function os.execute(command)
  return execute(command and in_front(command))
end

function io.popen(command, mode)
  return popen(in_front(command), mode or "r")
end

-- Takes the context of one activation; that of the last one is gone.
return function(line)
  given = {}
  for key, value in next, line do
    local name = PREFIX .. upper(key)
    if key ~= "value" and not find(name, "[=\0]") and not find(value, "\0", 1, true) then given[name] = value end
  end
end
