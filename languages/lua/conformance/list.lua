local function main()
  return { "a", "b" }
end

return { main = main }
