def main(args)
  args['names'].to_h { |name| [name, ENV.fetch(name, '(unset)')] }
end
