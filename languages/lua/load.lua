-- Reads the load line and writes it as assignments of a shell; its parameters become the environment, as `NAME=value`.

local json = assert(loadfile("json.lua"))("")

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local line = io.read("L")
if not line then return end
local load = json.decode(line)

local words = {}
for name, value in pairs(load.env) do
  -- an environment can't hold the others
  if not name:find("[=\0]") and not value:find("\0", 1, true) then
    words[#words + 1] = quoted(name .. "=" .. value)
  end
end
local format = "folder=%s entry=%s main=%s; set -- %s\n"
io.write(format:format(quoted(load.folder), quoted(load.entry), quoted(load.main), table.concat(words, " ")))
