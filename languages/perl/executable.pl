package ActionLoop::Executable;

# The loop as an ActionLoop executable: `loop.pl FOLDER ENTRY MAIN`, under any launcher (docs/loop-protocol.md).

use strict;
use warnings;

sub new {
    my ( $class, @words ) = @_;
    my %load;
    @load{qw(folder entry main)} = @words;
    utf8::decode($_) for values %load;
    my ( $is_numbered, $is_awaited ) = map { length( $ENV{$_} // '' ) } qw(__OW_NUMBERED_ANSWERS __OW_WAIT_FOR_ACK);
    return bless { load => \%load, is_plain => !$is_numbered, is_awaited => $is_awaited }, $class;
}

# What a loop that waits gets as its first line.
sub load { return $_[0]{load} }

sub is_plain { return $_[0]{is_plain} }

# What it says instead of the answer to a load line: nothing, unless it was asked to. What can't be loaded, it then tells
# the logs.
sub greeting {
    my ( $self, $said ) = @_;
    return $said->{ok} ? { ok => \1, numbered => \1 } : $said if !$self->is_plain;
    print STDERR "$said->{error}\n" if !$said->{ok};
    return $said->{ok} && $self->{is_awaited} ? { ok => \1 } : undef;
}

# Another launcher sends what it got: the value may be missing, and what belongs to the environment be no text.
sub completed {
    my ( $self, $line ) = @_;
    my %given = map { defined $line->{$_} ? ( $_ => $line->{$_} ) : () } keys %$line;
    my $value = delete $given{value} // {};
    my %texts = map { $_ => text_of( $given{$_} ) } keys %given;
    return { %texts, value => $value };
}

sub text_of {
    my ($value) = @_;
    return $value unless ref $value;
    utf8::decode( my $json = ActionLoop::Json::encode($value) );
    return $json;
}

1;
