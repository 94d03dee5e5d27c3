# frozen_string_literal: true

# Runs a Ruby action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).

require 'io/nonblock'
require 'rbconfig'
require_relative 'environment'
require_relative 'executable' unless ARGV.empty?
require_relative 'outcome'

module ActionLoop
  LOGS = [STDOUT, STDERR].freeze # kept: the action may put others in their place
  ANSWERS = IO.for_fd(3, 'w') # kept: it would close the descriptor when it is collected

  # The action can't be started, for a reason that needs no stack.
  class Refused < StandardError; end

  class << self
    def main
      owner = Process.pid
      prepare_logs
      lines = take_over(STDIN, 'r')
      answers = take_over(ANSWERS, 'w')
      executable = Executable.new(ARGV.slice!(0..)) unless ARGV.empty?
      load = executable ? executable.load : JSON.parse(lines.gets("\n") || return)
      action, said = start(load)
      said = executable.greeting(said) if executable
      answers.write(JSON.generate(said), "\n") if said
      exit(executable ? 1 : 0) unless action
      environment = Environment.new
      is_plain = executable&.plain?
      number = 0
      while (line = lines.gets("\n"))
        answer = activate(action, environment, executable, line)
        flush_logs
        exit!(0) if Process.pid != owner # the action forked, and its child came back here too
        answers.write(is_plain ? '' : "#{number += 1} ", answer, "\n")
      end
    end

    private

    # A pipe that somebody made non-blocking loses what a slow reader can't take.
    def prepare_logs
      LOGS.each do |log|
        log.nonblock = false
        log.sync = true # or what an action printed before it is killed is lost
      end
    end

    # Opens a pipe once more on a descriptor that no child inherits, and leaves /dev/null in its place:
    # the action can neither read the next activation nor write an answer.
    def take_over(given, mode)
      own = open_pipe("/proc/self/fd/#{given.fileno}", mode) || given.dup
      own.set_encoding(Encoding::UTF_8)
      own.sync = true
      given.reopen(File::NULL, mode)
      given.close_on_exec = false
      own
    end

    # Opening one end of a FIFO waits for the other one, for ever if the launcher has gone meanwhile.
    def open_pipe(path, mode)
      File.open(path, 'r+') { File.open(path, mode) }
    rescue SystemCallError
      nil # a socket can't be opened by path
    end

    # The function to call or nothing, and the answer to the load line.
    def start(load)
      [find(load), { ok: true, executable: RbConfig.ruby }]
    rescue SystemExit, SignalException
      raise
    rescue Exception => e
      [nil, { error: Outcome.utf8(e.is_a?(Refused) ? e.message : Outcome.stack_of(e)) }]
    end

    def find(load)
      folder, entry, main = load.values_at('folder', 'entry', 'main')
      ENV.update(load['env'] || {})
      Dir.chdir(folder)
      $LOAD_PATH.unshift(folder)
      use_vendored_gems(folder)
      Kernel.load(entry)
      top = TOPLEVEL_BINDING.receiver
      return top.method(main) if top.respond_to?(main, true)

      raise Refused, "#{File.basename(entry)} has no function '#{main}'."
    end

    # What `bundle install` put into vendor/bundle, found by `require` without Bundler.
    def use_vendored_gems(folder)
      bundle = Dir[File.join(folder, 'vendor/bundle/*/*')]
      ENV['GEM_PATH'] = [*bundle, *Gem.path].join(File::PATH_SEPARATOR) unless bundle.empty?
      Gem.clear_paths
    end

    def activate(action, environment, executable, line)
      line = JSON.parse(line, Outcome::DEPTH)
      line = executable.completed(line) if executable
      environment.enter(line)
      Outcome.of_result(action.call(line['value']))
    rescue SystemExit, SignalException
      raise
    rescue Exception => e
      log(Outcome.stack_of(e))
      Outcome.of_error(Outcome.message_of(e))
    end

    def log(text)
      STDERR.write(text)
    rescue IOError, SystemCallError
      # the action closed it
    end

    def flush_logs
      [*LOGS, $stdout, $stderr].each do |stream|
        stream.flush
      rescue StandardError
        # closed, or no stream at all: that is the action's affair
      end
    end
  end
end

begin
  ActionLoop.main
rescue Interrupt, Errno::EPIPE
  exit 1 # interrupted, or the launcher has gone: no stack in the logs
end
