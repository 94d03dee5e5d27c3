def main(args)
  args
end
