function main(args)
  local winter = args.delimiter .. " ☃ " .. args.delimiter
  print(winter)
  return { winter = winter }
end
