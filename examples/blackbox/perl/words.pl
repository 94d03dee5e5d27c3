#!/usr/bin/perl
# {"text": "to be or not to be"} becomes {"words": {"be": 2, "not": 1, "or": 1, "to": 2}}.
# Run anew for every activation: the JSON is on stdin, the last line of stdout is the result.
use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical;
my $text = $json->decode(join '', <STDIN>)->{text} // '';
my %words;
$words{lc $_}++ for $text =~ /\w+/g;
print STDERR scalar(keys %words), " words\n";
print $json->encode({ words => \%words }), "\n";
