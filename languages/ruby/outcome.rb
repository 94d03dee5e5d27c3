# frozen_string_literal: true

require 'json'

module ActionLoop
  # What is told of what the action returned or raised.
  module Outcome
    # A circle has no end, and the stack has one.
    DEPTH = { max_nesting: 10_000 }.freeze
    NO_USERS = /(?:#{Regexp.escape(__dir__)}\/|#{Regexp.escape($PROGRAM_NAME)}|<internal:)/
    FRAME = /^\tfrom #{NO_USERS}.*\n?/
    PLACE = /\A#{NO_USERS}.*?:\d+:in [`'].*?': /

    module_function

    # Nothing counts as `{}`. What is no Hash or Array has no value that matters: the launcher refuses it. (Not so `null`,
    # which the ActionLoop proxy takes for an object.)
    def of_result(result)
      case result
      when Hash, Array then JSON.generate(result, DEPTH)
      when nil then '{}'
      else 'false'
      end
    end

    def of_error(message)
      JSON.generate({ error: utf8(message) })
    end

    # Without the advice that Ruby adds for people, which is in the logs.
    def message_of(error)
      (error.respond_to?(:original_message) ? error.original_message : error.message).to_s
    rescue Exception
      error.class.name.to_s
    end

    # As Ruby prints it, without the frames that are not the user's.
    def stack_of(error)
      text = utf8(error.full_message(highlight: false, order: :top))
      "#{text.sub(PLACE, '').gsub(FRAME, '').chomp}\n"
    rescue Exception
      "#{error.class}\n"
    end

    # Messages may hold bytes of any kind.
    def utf8(text)
      known = text.encoding == Encoding::BINARY ? text.dup.force_encoding(Encoding::UTF_8) : text
      known.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub
    end
  end
end
