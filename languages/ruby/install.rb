# frozen_string_literal: true

# Installs what the Gemfile declares into vendor/bundle, where the loop looks for it.

MISSING = 127 # docs/loop-protocol.md

ENV['BUNDLE_PATH'] = 'vendor/bundle'
ENV['BUNDLE_SILENCE_ROOT_WARNING'] = '1'
ARGV.replace(%w[install --quiet])
begin
  bundle = Gem.activate_bin_path('bundler', 'bundle', '>= 0')
rescue LoadError, NameError, Gem::Exception
  exit MISSING
end
load bundle
