require_relative 'helper'

def main(_args)
  { data: Helper.read('data.txt') }
end
