print("loaded")

function main(args)
  return args
end
