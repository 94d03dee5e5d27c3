def main(_args)
  'no object'
end
