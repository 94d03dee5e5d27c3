-- Writes JSON.

local null, array_mark = ...
local byte, char, find, gsub, format, concat = string.byte, string.char, string.find, string.gsub, string.format, table.concat
local type, tostring, tonumber, error, getmetatable, next = type, tostring, tonumber, error, getmetatable, next
local length_in_utf8, number_type, huge = utf8.len, math.type, math.huge

local DEPTH = 10000 -- a circle has no end

-- Each function puts what it writes behind what is there.

local write
local out, size

local function put(text)
  size = size + 1
  out[size] = text
end

local controls = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
for code = 0, 31 do
  controls[char(code)] = controls[char(code)] or format("\\u%04x", code)
end

local function half(second, last)
  return format("\\ud%03x", ((byte(second) & 0x3f) << 6) | (byte(last) & 0x3f))
end

local function quoted(text)
  if find(text, '[%c"\\]') then text = gsub(text, '[%c"\\]', controls) end
  if not length_in_utf8(text) then
    text = gsub(text, "\xED([\xA0-\xBF])([\x80-\xBF])", half)
    if not length_in_utf8(text) then error("JSON has no form for a text that is not UTF-8", 0) end
  end
  return '"' .. text .. '"'
end

local function number(given)
  if number_type(given) == "integer" then return format("%d", given) end
  if given ~= given or given == huge or given == -huge then
    error("JSON has no form for the number " .. tostring(given), 0)
  end
  local text = format("%.15g", given)
  if tonumber(text) ~= given then text = format("%.16g", given) end
  if tonumber(text) ~= given then text = format("%.17g", given) end
  return find(text, "[.e]") and text or text .. ".0"
end

-- A table is an array if it is marked, or has the keys 1 to n and no other.
local function is_array(table)
  if getmetatable(table) == array_mark then return true end
  local count = #table
  if count == 0 then return false end
  for _ in next, table do count = count - 1 end
  return count == 0
end

local function write_array(array, depth)
  local separator = "["
  for place = 1, #array do
    put(separator)
    write(array[place], depth)
    separator = ","
  end
  put(separator == "[" and "[]" or "]")
end

local function write_object(object, depth)
  local separator = "{"
  for key, each in next, object do
    local kind = type(key)
    if kind ~= "string" and kind ~= "number" then error("JSON has no form for a key that is a " .. kind, 0) end
    put(separator)
    put(quoted(tostring(key)))
    put(":")
    write(each, depth)
    separator = ","
  end
  put(separator == "{" and "{}" or "}")
end

local function write_table(given, depth)
  if given == null then return put("null") end
  if depth > DEPTH then error("JSON nests deeper than " .. DEPTH .. " levels", 0) end
  if is_array(given) then return write_array(given, depth + 1) end
  return write_object(given, depth + 1)
end

local writers = {
  string = function(given) put(quoted(given)) end,
  number = function(given) put(number(given)) end,
  boolean = function(given) put(given and "true" or "false") end,
  ["nil"] = function() put("null") end,
  table = write_table,
}

function write(given, depth)
  local writer = writers[type(given)]
  if not writer then error("JSON has no form for a " .. type(given), 0) end
  writer(given, depth)
end

-- A value as JSON. Texts have to be UTF-8.
return function(given)
  out, size = {}, 0
  write(given, 0)
  local text = concat(out)
  out = nil
  return text
end
