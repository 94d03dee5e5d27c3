puts 'loaded'

def main(args)
  args
end
