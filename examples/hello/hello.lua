function main(args)
  local name = args.name or "stranger"
  print("greeting " .. name)
  return { greeting = "Hello " .. name .. "!" }
end
