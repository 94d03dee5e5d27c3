# frozen_string_literal: true

module ActionLoop
  # The loop as an ActionLoop executable: `loop.rb FOLDER ENTRY MAIN`, under any launcher (docs/loop-protocol.md).
  class Executable
    # What a loop that waits gets as its first line.
    attr_reader :load

    def initialize(words)
      @load = %w[folder entry main].zip(words).to_h
      @numbered = set?('__OW_NUMBERED_ANSWERS')
      @awaited = set?('__OW_WAIT_FOR_ACK')
    end

    def plain?
      !@numbered
    end

    # What it says instead of the answer to a load line: nothing, unless it was asked to. What can't be loaded, it then
    # tells the logs.
    def greeting(said)
      return said[:ok] ? { ok: true, numbered: true } : said if @numbered

      STDERR.puts(said[:error]) unless said[:ok]
      { ok: true } if said[:ok] && @awaited
    end

    # Another launcher sends what it got: the value may be missing, and what belongs to the environment be no text.
    def completed(line)
      given = line.compact
      value = given.delete('value')
      texts = given.transform_values { |each| each.is_a?(String) ? each : JSON.generate(each) }
      texts.merge('value' => value.nil? ? {} : value)
    end

    private

    def set?(name)
      !ENV[name].to_s.empty?
    end
  end
end
