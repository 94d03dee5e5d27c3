function main(args)
  print("hello stdout")
  io.stderr:write("hello stderr\n")
  return args
end
