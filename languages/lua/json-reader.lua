-- Reads JSON.

local null, new_array = ...
local byte, find, gsub, sub = string.byte, string.find, string.gsub, string.sub
local tonumber, error, utf8_of = tonumber, error, utf8.char

local DEPTH = 10000 -- the stack has an end

-- Each function gets the text and where in it to start, and returns the value and where the next token starts.

local value

local function fail(at)
  error("malformed JSON at byte " .. at, 0)
end

local function skip(text, at)
  local code = byte(text, at)
  if code and code <= 32 then return find(text, "[^ \n\r\t]", at) or #text + 1 end
  return at
end

local escapes = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function character(letter, digits)
  if letter == "u" and #digits == 4 then return utf8_of(tonumber(digits, 16)) end
  return (escapes[letter] or "") .. digits
end

-- Two halves of a surrogate pair, each as three bytes.
local function joined(high, low, second, last)
  local plane, tail = byte(high) & 0xf, byte(second) & 0xf
  local upper = (plane << 6) | (byte(low) & 0x3f)
  return utf8_of(0x10000 + (upper << 10) + (tail << 6) + (byte(last) & 0x3f))
end

local function unescaped(raw)
  if not find(raw, "\\u", 1, true) then return (gsub(raw, "\\(.)", escapes)) end
  local text = gsub(raw, "\\(.)(%x?%x?%x?%x?)", character)
  return (gsub(text, "\xED([\xA0-\xAF])([\x80-\xBF])\xED([\xB0-\xBF])([\x80-\xBF])", joined))
end

local function text_at(text, at)
  local from = at + 1
  local to = find(text, '["\\]', from) or fail(at)
  if byte(text, to) == 34 then return sub(text, from, to - 1), skip(text, to + 1) end
  repeat
    if byte(text, to) == 92 then to = to + 2 end
    to = find(text, '["\\]', to) or fail(at)
  until byte(text, to) == 34
  return unescaped(sub(text, from, to - 1)), skip(text, to + 1)
end

local function number_at(text, at)
  local _, to = find(text, "^[-+.eE%d]+", at)
  return tonumber(sub(text, at, to)) or fail(at), skip(text, to + 1)
end

local function object_at(text, at, depth)
  local object, key = {}, nil
  at = skip(text, at + 1)
  if byte(text, at) == 125 then return object, skip(text, at + 1) end
  while true do
    if byte(text, at) ~= 34 then fail(at) end
    key, at = text_at(text, at)
    if byte(text, at) ~= 58 then fail(at) end
    object[key], at = value(text, skip(text, at + 1), depth)
    local code = byte(text, at)
    at = skip(text, at + 1)
    if code == 125 then return object, at end
    if code ~= 44 then fail(at - 1) end
  end
end

local function array_at(text, at, depth)
  local array, count = new_array(), 0
  at = skip(text, at + 1)
  if byte(text, at) == 93 then return array, skip(text, at + 1) end
  while true do
    count = count + 1
    array[count], at = value(text, at, depth)
    local code = byte(text, at)
    at = skip(text, at + 1)
    if code == 93 then return array, at end
    if code ~= 44 then fail(at - 1) end
  end
end

local words = { ["true"] = true, ["false"] = false, null = null }

local function word_at(text, at)
  local _, to = find(text, "^%l+", at)
  local word = words[to and sub(text, at, to)]
  if word == nil then fail(at) end
  return word, skip(text, to + 1)
end

local readers = { [34] = text_at, [91] = array_at, [123] = object_at, [45] = number_at }
for digit = 48, 57 do readers[digit] = number_at end

function value(text, at, depth)
  if depth > DEPTH then error("JSON nests deeper than " .. DEPTH .. " levels", 0) end
  return (readers[byte(text, at)] or word_at)(text, at, depth + 1)
end

-- The value of a JSON text. Integers stay integers as far as they have 64 bits.
return function(text)
  local result, at = value(text, skip(text, 1), 0)
  if at <= #text then fail(at) end
  return result
end
