def main(_args)
  nil
end
