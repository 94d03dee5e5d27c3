local helper = {}

function helper.text_of(name)
  local file <close> = assert(io.open(name))
  return file:read("a")
end

return helper
