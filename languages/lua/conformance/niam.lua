function niam(args)
  return args
end
