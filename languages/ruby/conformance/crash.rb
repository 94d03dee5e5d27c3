def main(args)
  exit 1 if args.key?('crash')
  args
end
