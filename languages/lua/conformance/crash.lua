function main(args)
  if args.crash then os.exit(1) end
  return args
end
