# frozen_string_literal: true

module ActionLoop
  # The `__OW_*` variables of the running activation, over the ones that were there after loading.
  class Environment
    PREFIX = '__OW_'

    def initialize
      @loaded = ENV.select { |name, _| name.start_with?(PREFIX) }
      @given = {}
    end

    def enter(line)
      given = {}
      line.each { |key, value| given[PREFIX + key.upcase] = value unless key == 'value' }
      @given.each_key { |name| set(name, @loaded[name]) unless given.key?(name) }
      given.each { |name, value| set(name, value) }
      @given = given
    end

    private

    # Setting a variable costs more than looking at it: what already has its value is left alone.
    def set(name, value)
      ENV[name] = value unless ENV[name] == value
    rescue ArgumentError, SystemCallError
      # an environment can't hold it: NUL, `=` in a name
    end
  end
end
