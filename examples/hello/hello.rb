def main(args)
  name = args.fetch('name', 'stranger')
  puts "greeting #{name}"
  { greeting: "Hello #{name}!" }
end
