-- Runs a Lua action: JSON lines in on descriptor 4, answers out on 5 (docs/loop-protocol.md). start.sh put them there, and
-- /dev/null where they were: the action can neither read the next activation nor write an answer.

local here = arg[0]:match("^(.*/)") or "./"
local json = assert(loadfile(here .. "json.lua"))(here)
local enter = dofile(here .. "environment.lua")
local outcome = assert(loadfile(here .. "outcome.lua"))(json)
local executable = arg[3] == "executable" and assert(loadfile(here .. "executable.lua"))(json)
local is_plain = executable and executable.is_plain

-- Kept: the action may put others in their place.
local flush, stdout, stderr = io.flush, io.stdout, io.stderr
local pcall, xpcall, type, globals = pcall, xpcall, type, _G

-- Opening one end of a FIFO waits for the other one, for ever if the launcher has gone meanwhile.
local function open_pipe(path, mode)
  local both <close> = assert(io.open(path, "r+"))
  return assert(io.open(path, mode))
end

-- Modules of the archive come before all others, the loop's JSON after them.
local function prepare_modules(folder)
  local rocks = folder .. "/lua_modules"
  local own = { folder .. "/?.lua", folder .. "/?/init.lua", rocks .. "/share/lua/5.4/?.lua", rocks .. "/share/lua/5.4/?/init.lua" }
  package.path = table.concat(own, ";") .. ";" .. package.path
  package.cpath = rocks .. "/lib/lua/5.4/?.so;" .. package.cpath
  table.insert(package.searchers, function(name)
    return name == "json" and function() return json end or nil
  end)
end

-- The function to call: a global of that name, or what the file returns has it. Nothing and why, if there is none.
local function find_action(entry, main)
  local folder, name = entry:match("^(.*)/(.*)$")
  prepare_modules(folder)
  arg = { [0] = name }
  local chunk, fault = loadfile(name)
  if not chunk then return nil, fault end
  local loaded, returned = xpcall(chunk, outcome.traced)
  if not loaded then return nil, outcome.detail_of(returned) end
  local action = type(returned) == "table" and returned[main] or globals[main]
  if type(action) == "function" then return action end
  return nil, name .. " has no function '" .. main .. "'."
end

local function value_of(line)
  local given = json.decode(line)
  if executable then given = executable.completed(given) end
  enter(given)
  return given.value
end

local function activate(action, line)
  local fine, result = pcall(value_of, line)
  if fine then fine, result = xpcall(action, outcome.traced, result) end
  if fine then fine, result = pcall(outcome.of_result, result) end
  return fine and result or outcome.of_error(result)
end

local function flush_logs()
  pcall(flush)
  pcall(stdout.flush, stdout)
  pcall(stderr.flush, stderr)
end

local lines = open_pipe("/dev/fd/4", "r")
local answers = open_pipe("/dev/fd/5", "w")
stdout:setvbuf("line") -- or what an action printed before it is killed is lost

local action, fault = find_action(arg[1], arg[2])
local said = action and { ok = true } or { error = fault }
if executable then said = executable.greeting(said) end
if said then
  answers:write(json.encode(said), "\n")
  answers:flush()
end
if executable and not action then os.exit(1) end

local number = 0
while action do
  local line = lines:read("L")
  if not line then break end
  local answer = activate(action, line)
  flush_logs()
  number = number + 1
  if is_plain then
    answers:write(answer, "\n")
  else
    answers:write(number, " ", answer, "\n")
  end
  answers:flush()
end
