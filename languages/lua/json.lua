-- JSON, in and out. What actions get by `require "json"`, unless they bring a module of that name.

local here = ...
local json = {}

-- Stands for null, where nil would take away the key.
json.null = setmetatable({}, {
  __name = "null",
  __tostring = function() return "null" end,
  __newindex = function() error("null has no fields", 2) end,
})

local array_mark = { __name = "array" }

-- Marks a table as an array, which matters to an empty one. Arrays that were read are marked.
function json.array(table)
  return setmetatable(table or {}, array_mark)
end

-- The value of a JSON text. Integers stay integers as far as they have 64 bits.
json.decode = assert(loadfile(here .. "json-reader.lua"))(json.null, json.array)

-- A value as JSON. Texts have to be UTF-8.
json.encode = assert(loadfile(here .. "json-writer.lua"))(json.null, array_mark)

return json
