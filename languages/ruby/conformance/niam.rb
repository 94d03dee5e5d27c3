def niam(args)
  args
end
